-- One row per user of the list (?1, a JSON array), as of a Zendesk snapshot (?2).
select
  v.user_id as user_id,
  v.name as name,
  v.email as email,
  v.email_domain_id as email_domain_id,
  d.domain as email_domain,
  coalesce(d.is_valid, 0) as is_domain_valid,
  case when d.listed_kind is null then 0 else 1 end as is_domain_personal,
  v.role as role,
  coalesce(v.is_verified, 0) as is_verified,
  coalesce(v.is_active, 0) as is_active,
  coalesce(v.is_suspended, 1) as is_suspended,
  coalesce(v.is_shared, 1) as is_shared,
  v.default_organization_id as default_organization_id,
  v.created_at as created_at,
  v.undecided_fields as undecided_fields
from json_each(?1) as j
cross join _user_versions as v
left join _domains as d
  on d.domain_id = v.email_domain_id
where v.user_id = j.value
  and v.valid_from <= ?2
  and ?2 < v.valid_to
order by v.user_id
