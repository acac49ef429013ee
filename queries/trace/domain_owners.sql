-- One row per domain of the list (?1, a JSON array of their numbers) and account that expects it, as of a
-- Salesforce snapshot (?2). Of an unread account its row counts; one without a readable id is called as its line.
select
  v.domain_id as domain_id,
  v.account_id as account_id
from _account_domain_versions as v
where v.domain_id in (
    select j.value
    from json_each(?1) as j
  )
  and v.valid_from <= ?2
  and ?2 < v.valid_to
  and not exists (
    select 1
    from _unread_accounts as u
    where u.snapshot_id = ?2
      and u.account_id = v.account_id
  )
union all
select
  u.domain_id as domain_id,
  u.account_id as account_id
from _unread_domains as u
where u.snapshot_id = ?2
  and u.domain_id in (
    select j.value
    from json_each(?1) as j
  )
order by 1, 2
