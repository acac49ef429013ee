-- One row per organization as of a Zendesk snapshot (:snapshot_id): the API's record, as far as it was kept.
select
  json_object(
    'id', v.organization_id,
    'name', v.name,
    'external_id', v.external_id,
    'domain_names', json(v.domain_names),
    'shared_tickets', json(case when v.shared_tickets then 'true' else 'false' end),
    'shared_comments', json(case when v.shared_comments then 'true' else 'false' end),
    'created_at', v.created_at,
    'updated_at', v.created_at
  ) as record
from zendesk_organizations as v
where v.snapshot_id = :snapshot_id
