-- The rows of salesforce_accounts for the newest Salesforce snapshot.
select
  v.snapshot_id as snapshot_id,
  v.account_id as account_id,
  v.account_name as account_name,
  v.stored_organization_id as stored_organization_id,
  v.stored_organization_raw as stored_organization_raw,
  v.owner as owner,
  v.parent_account_id as parent_account_id,
  v.extra as extra
from salesforce_accounts as v
where v.snapshot_id = (
  select max(s.snapshot_id)
  from snapshots as s
  where s.source = 'salesforce'
)
