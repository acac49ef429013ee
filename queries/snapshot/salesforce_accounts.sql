-- One row per Salesforce account, as of each Salesforce snapshot.
select
  s.snapshot_id as snapshot_id,
  v.account_id as account_id,
  v.account_name as account_name,
  v.stored_organization_id as stored_organization_id,
  v.stored_organization_raw as stored_organization_raw,
  v.owner as owner,
  v.parent_account_id as parent_account_id,
  v.extra as extra
from snapshots as s
cross join _account_versions as v
where s.source = 'salesforce'
  and v.valid_from <= s.snapshot_id
  and s.snapshot_id < v.valid_to
