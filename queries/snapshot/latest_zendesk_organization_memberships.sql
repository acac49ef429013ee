-- The rows of zendesk_organization_memberships for the newest Zendesk snapshot.
select
  v.snapshot_id as snapshot_id,
  v.membership_id as membership_id,
  v.user_id as user_id,
  v.organization_id as organization_id,
  v.is_default as is_default,
  v.created_at as created_at
from zendesk_organization_memberships as v
where v.snapshot_id = (
  select max(s.snapshot_id)
  from snapshots as s
  where s.source = 'zendesk'
)
