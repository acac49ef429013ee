-- The rows of zendesk_organization_domains for the newest Zendesk snapshot.
select
  v.snapshot_id as snapshot_id,
  v.organization_id as organization_id,
  v.domain as domain
from zendesk_organization_domains as v
where v.snapshot_id = (
  select max(s.snapshot_id)
  from snapshots as s
  where s.source = 'zendesk'
)
