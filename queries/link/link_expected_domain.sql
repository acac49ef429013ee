-- One row per account and usable domain that Salesforce expects of it: X(a).
--
-- reads: _run_context _account_domain_versions _unread_accounts _unread_domains _domains
--
-- A usable domain is valid and not on the list: neither personal nor of a disposable mail service nor a platform's.
-- Of an unread account those count that its row names, or where these cannot be read, its earlier version.
with expected as (
  -- One row per account and domain, usable or not.
  select
    v.domain_id as domain_id,
    v.account_id as account_id
  from _run_context as c
  cross join _account_domain_versions as v
  where v.valid_from <= c.salesforce_snapshot_id
    and c.salesforce_snapshot_id < v.valid_to
    and not exists (
      select 1
      from _unread_accounts as u
      where u.snapshot_id = c.salesforce_snapshot_id
        and u.account_id = v.account_id
    )
  union all
  select
    u.domain_id as domain_id,
    u.account_id as account_id
  from _run_context as c
  cross join _unread_domains as u
  where u.snapshot_id = c.salesforce_snapshot_id
)
select
  e.domain_id as domain_id,
  e.account_id as account_id
from expected as e
cross join _domains as d
where d.domain_id = e.domain_id
  and d.is_valid = 1
  and d.listed_kind is null
