-- One row per membership of a user (?1), as of a Zendesk snapshot (?2).
select
  m.membership_id as membership_id,
  m.organization_id as organization_id,
  o.name as organization_name,
  m.is_default as is_default
from _membership_versions as m
left join _organization_versions as o
  on o.organization_id = m.organization_id
  and o.valid_from <= ?2
  and ?2 < o.valid_to
where m.user_id = ?1
  and m.valid_from <= ?2
  and ?2 < m.valid_to
order by m.organization_id, m.membership_id
