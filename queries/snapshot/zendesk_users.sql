-- One row per Zendesk user, as of each Zendesk snapshot.
select
  s.snapshot_id as snapshot_id,
  v.user_id as user_id,
  v.name as name,
  v.email as email,
  d.domain as email_domain,
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
from snapshots as s
cross join _user_versions as v
left join _domains as d
  on d.domain_id = v.email_domain_id
  -- Every number is; said so, users are found by their domain.
  and v.email_domain_id > 0
where s.source = 'zendesk'
  and v.valid_from <= s.snapshot_id
  and s.snapshot_id < v.valid_to
