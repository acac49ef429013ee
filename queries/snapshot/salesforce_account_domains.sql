-- One row per domain that Salesforce expects of an account, as of each Salesforce snapshot.
--
-- is_usable is 0 where the domain is on the list of personal domains as it stands now.
select
  s.snapshot_id as snapshot_id,
  v.account_id as account_id,
  d.domain as domain,
  case
    when exists (
      select 1
      from _personal_domains as p
      where p.domain = d.domain
        and p.is_removed = 0
    ) then 0
    else d.is_valid
  end as is_usable
from snapshots as s
cross join _account_domain_versions as v
cross join _domains as d
where s.source = 'salesforce'
  and v.valid_from <= s.snapshot_id
  and s.snapshot_id < v.valid_to
  and d.domain_id = v.domain_id
