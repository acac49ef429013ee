-- The rows of zendesk_organization_keys for the newest Zendesk snapshot.
select
  v.snapshot_id as snapshot_id,
  v.organization_id as organization_id,
  v.field as field,
  v.account_id as account_id
from zendesk_organization_keys as v
where v.snapshot_id = (
  select max(s.snapshot_id)
  from snapshots as s
  where s.source = 'zendesk'
)
