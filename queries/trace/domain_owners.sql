-- One row per domain of the list (?1, a JSON array of their numbers) and account that expects it, as of a
-- Salesforce snapshot (?2).
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
order by v.domain_id, v.account_id
