-- One row per ticket with a version that begins or ends between two Zendesk snapshots, as it was in
-- both: null where it was not there.
--
-- Parameters: :old_zendesk, :new_zendesk. The index over the starts leaves out snapshots 1 and 2, and nothing
-- is lost: a run pairs the newest snapshots of both systems, so if the earlier run has snapshot 1 of this
-- one, snapshot 2 is of the other.
with touched as (
  -- One row per ticket.
  select v.ticket_id as ticket_id
  from _ticket_versions as v
  where v.valid_from > :old_zendesk
    and v.valid_from <= :new_zendesk
    and v.valid_from > 2
  union
  select v.ticket_id as ticket_id
  from _ticket_versions as v
  where v.valid_to > :old_zendesk
    and v.valid_to <= :new_zendesk
    and v.valid_to < 9223372036854775807
)
select
  'ticket' as kind,
  cast(t.ticket_id as text) as record_id,
  o.status as old_label,
  n.status as new_label,
  case when o.ticket_id is not null then json_object(
      'requester_id', o.requester_id, 'organization_id', o.organization_id,
      'status', o.status, 'created_at', o.created_at,
      'brand_id', o.brand_id, 'via_channel', o.via_channel,
      'subject', o.subject, 'undecided_fields', o.undecided_fields
    ) end as old_record,
  case when n.ticket_id is not null then json_object(
      'requester_id', n.requester_id, 'organization_id', n.organization_id,
      'status', n.status, 'created_at', n.created_at,
      'brand_id', n.brand_id, 'via_channel', n.via_channel,
      'subject', n.subject, 'undecided_fields', n.undecided_fields
    ) end as new_record,
  'tickets/' || t.ticket_id as path
from touched as t
left join _ticket_versions as o
  on o.ticket_id = t.ticket_id
  and o.valid_from <= :old_zendesk
  and :old_zendesk < o.valid_to
left join _ticket_versions as n
  on n.ticket_id = t.ticket_id
  and n.valid_from <= :new_zendesk
  and :new_zendesk < n.valid_to
