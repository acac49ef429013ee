-- Organizations in which people and tickets of others are.
--
-- question: From which organization to which other one must people and tickets move?
-- columns:
--   actual_organization_id: the organization where they are; null: none
--   actual_organization: its name
--   organization_id: the organization where they are expected; null: there is no single one
--   organization: its name
--   user_count: users
--   ticket_count: tickets
select
  i.actual_organization_id as actual_organization_id,
  b.name as actual_organization,
  i.organization_id as organization_id,
  o.name as organization,
  count(distinct i.user_id) as user_count,
  count(distinct i.ticket_id) as ticket_count
from issue as i
left join organization as b
  on b.organization_id = i.actual_organization_id
left join organization as o
  on o.organization_id = i.organization_id
where i.is_open = 1
  and i.layer in ('user', 'ticket')
group by i.actual_organization_id, b.name, i.organization_id, o.name
order by user_count desc, i.actual_organization_id, i.organization_id
