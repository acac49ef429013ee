-- One row per ticket as of a Zendesk snapshot (:snapshot_id): the API's record, as far as it was kept. What the
-- snapshot does not say, the record does not have.
select
  json_remove(
    json_object(
      'id', v.ticket_id,
      'requester_id', v.requester_id,
      'organization_id', v.organization_id,
      'status', v.status,
      'created_at', v.created_at,
      'updated_at', v.created_at,
      'brand_id', v.brand_id,
      'via', json_object('channel', v.via_channel),
      'subject', v.subject
    ),
    case when v.status is null then '$.status' else '$.none' end,
    case
      when instr(', ' || v.undecided_fields || ', ', ', requester_id, ') > 0 then '$.requester_id'
      else '$.none'
    end,
    case
      when instr(', ' || v.undecided_fields || ', ', ', organization_id, ') > 0 then '$.organization_id'
      else '$.none'
    end
  ) as record
from zendesk_tickets as v
where v.snapshot_id = :snapshot_id
