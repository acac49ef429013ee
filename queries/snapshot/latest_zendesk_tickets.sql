-- The rows of zendesk_tickets for the newest Zendesk snapshot.
select
  v.snapshot_id as snapshot_id,
  v.ticket_id as ticket_id,
  v.requester_id as requester_id,
  v.organization_id as organization_id,
  v.status as status,
  v.created_at as created_at,
  v.brand_id as brand_id,
  v.via_channel as via_channel,
  v.subject as subject,
  v.undecided_fields as undecided_fields
from zendesk_tickets as v
where v.snapshot_id = (
  select max(s.snapshot_id)
  from snapshots as s
  where s.source = 'zendesk'
)
