-- One row per user as of a Zendesk snapshot (:snapshot_id): the API's record, as far as it was kept. What the snapshot
-- does not say, the record does not have.
select
  json_remove(
    json_object(
      'id', v.user_id,
      'name', v.name,
      'email', v.email,
      'external_id', v.external_id,
      'role', v.role,
      'verified', json(case when v.is_verified then 'true' else 'false' end),
      'active', json(case when v.is_active then 'true' else 'false' end),
      'suspended', json(case when v.is_suspended then 'true' else 'false' end),
      'shared', json(case when v.is_shared then 'true' else 'false' end),
      'organization_id', v.default_organization_id,
      'created_at', v.created_at,
      'updated_at', v.created_at,
      'ticket_restriction', nullif(v.ticket_restriction, '')
    ),
    case when v.role is null then '$.role' else '$.none' end,
    case when v.is_verified is null then '$.verified' else '$.none' end,
    case when v.is_active is null then '$.active' else '$.none' end,
    case when v.is_suspended is null then '$.suspended' else '$.none' end,
    case when v.is_shared is null then '$.shared' else '$.none' end,
    case when v.ticket_restriction is null then '$.ticket_restriction' else '$.none' end,
    case when instr(', ' || v.undecided_fields || ', ', ', email, ') > 0 then '$.email' else '$.none' end,
    case
      when instr(', ' || v.undecided_fields || ', ', ', organization_id, ') > 0 then '$.organization_id'
      else '$.none'
    end
  ) as record
from zendesk_users as v
where v.snapshot_id = :snapshot_id
