-- One row per membership as of a Zendesk snapshot (:snapshot_id): the API's record, as far as it was kept.
select
  json_object(
    'id', v.membership_id,
    'user_id', v.user_id,
    'organization_id', v.organization_id,
    'default', json(case when v.is_default then 'true' else 'null' end),
    'created_at', v.created_at,
    'updated_at', v.created_at
  ) as record
from zendesk_organization_memberships as v
where v.snapshot_id = :snapshot_id
