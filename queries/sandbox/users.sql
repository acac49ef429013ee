-- One row per user as of a Zendesk snapshot (:snapshot_id): the API's record, as far as it was kept.
select
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
    'updated_at', v.created_at
  ) as record
from zendesk_users as v
where v.snapshot_id = :snapshot_id
