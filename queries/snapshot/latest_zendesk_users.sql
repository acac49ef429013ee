-- The rows of zendesk_users for the newest Zendesk snapshot.
select
  v.snapshot_id as snapshot_id,
  v.user_id as user_id,
  v.name as name,
  v.email as email,
  v.email_domain as email_domain,
  v.external_id as external_id,
  v.external_id_key as external_id_key,
  v.role as role,
  v.is_verified as is_verified,
  v.is_active as is_active,
  v.is_suspended as is_suspended,
  v.is_shared as is_shared,
  v.default_organization_id as default_organization_id,
  v.created_at as created_at,
  v.ticket_restriction as ticket_restriction,
  v.undecided_fields as undecided_fields
from zendesk_users as v
where v.snapshot_id = (
  select max(s.snapshot_id)
  from snapshots as s
  where s.source = 'zendesk'
)
