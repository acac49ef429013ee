-- One row per organization as of a Zendesk snapshot (:snapshot_id): the API's record, as far as it was kept. What the
-- snapshot does not say, the record does not have.
select
  json_remove(
    json_object(
      'id', v.organization_id,
      'name', v.name,
      'external_id', v.external_id,
      'domain_names', json(coalesce(v.domain_names, '[]')),
      'shared_tickets', json(case when v.shared_tickets then 'true' else 'false' end),
      'shared_comments', json(case when v.shared_comments then 'true' else 'false' end),
      'created_at', v.created_at,
      'updated_at', v.created_at,
      'organization_fields', json(coalesce(v.account_fields, '{}'))
    ),
    case
      when instr(', ' || v.undecided_fields || ', ', ', external_id, ') > 0 then '$.external_id'
      else '$.none'
    end,
    case when v.domain_names is null then '$.domain_names' else '$.none' end,
    case when v.shared_tickets is null then '$.shared_tickets' else '$.none' end,
    case when v.shared_comments is null then '$.shared_comments' else '$.none' end,
    case when v.account_fields is null then '$.organization_fields' else '$.none' end
  ) as record
from zendesk_organizations as v
where v.snapshot_id = :snapshot_id
