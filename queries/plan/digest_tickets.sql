-- The tickets of a snapshot in the order of their ids; without subjects, which may name people.
select
  v.ticket_id as ticket_id,
  v.requester_id as requester_id,
  v.organization_id as organization_id,
  v.status as status,
  v.created_at as created_at,
  v.brand_id as brand_id,
  v.via_channel as via_channel,
  v.undecided_fields as undecided_fields
from _ticket_versions as v
where v.valid_from <= :snapshot_id
  and :snapshot_id < v.valid_to
order by v.ticket_id
