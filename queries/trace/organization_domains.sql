-- One row per domain that an organization (?1) holds, as of a Zendesk snapshot (?2).
select
  v.domain_id as domain_id,
  d.domain as domain,
  d.is_valid as is_valid,
  case when d.listed_kind is null then 0 else 1 end as is_personal
from _organization_domain_versions as v
cross join _domains as d
where v.organization_id = ?1
  and v.valid_from <= ?2
  and ?2 < v.valid_to
  and d.domain_id = v.domain_id
order by d.domain
