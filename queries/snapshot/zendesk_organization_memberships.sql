-- One row per Zendesk organization membership, as of each Zendesk snapshot.
select
  s.snapshot_id as snapshot_id,
  v.membership_id as membership_id,
  v.user_id as user_id,
  v.organization_id as organization_id,
  v.is_default as is_default,
  v.created_at as created_at
from snapshots as s
cross join _membership_versions as v
where s.source = 'zendesk'
  and v.valid_from <= s.snapshot_id
  and s.snapshot_id < v.valid_to
