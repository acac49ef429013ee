-- One row per domain that Salesforce expects of an account, as of each Salesforce snapshot.
--
-- is_usable is 0 where the list, as it stands now, covers the domain: personal, disposable or a platform's.
select
  s.snapshot_id as snapshot_id,
  v.account_id as account_id,
  d.domain as domain,
  cast(case when d.listed_kind is null then d.is_valid else 0 end as bigint) as is_usable
from snapshots as s
cross join _account_domain_versions as v
-- A plain join, so that an account is found by its domain as well.
join _domains as d
  on d.domain_id = v.domain_id
where s.source = 'salesforce'
  and v.valid_from <= s.snapshot_id
  and s.snapshot_id < v.valid_to
