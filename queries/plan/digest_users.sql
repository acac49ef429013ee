-- The users of a snapshot in the order of their ids; without names and addresses.
select
  v.user_id as user_id,
  d.domain as email_domain,
  v.external_id as external_id,
  v.role as role,
  v.is_verified as is_verified,
  v.is_active as is_active,
  v.is_suspended as is_suspended,
  v.is_shared as is_shared,
  v.default_organization_id as default_organization_id,
  v.created_at as created_at,
  v.ticket_restriction as ticket_restriction,
  v.undecided_fields as undecided_fields
from _user_versions as v
left join _domains as d
  on d.domain_id = v.email_domain_id
where v.valid_from <= :snapshot_id
  and :snapshot_id < v.valid_to
order by v.user_id
