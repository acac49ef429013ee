-- One row per Zendesk ticket, as of each Zendesk snapshot.
select
  s.snapshot_id as snapshot_id,
  v.ticket_id as ticket_id,
  v.requester_id as requester_id,
  v.organization_id as organization_id,
  v.status as status,
  v.created_at as created_at,
  v.brand_id as brand_id,
  v.via_channel as via_channel,
  v.subject as subject,
  v.undecided_fields as undecided_fields
from snapshots as s
cross join _ticket_versions as v
where s.source = 'zendesk'
  and v.valid_from <= s.snapshot_id
  and s.snapshot_id < v.valid_to
