-- Organizations in which people and tickets of others are, with the organization where they are expected.
--
-- question: From which organization to which other one must people and tickets move?
-- columns:
--   actual_organization_id: the organization where they are; null: none
--   actual_organization: its name
--   organization_id: the organization where they are expected; null: there is no single one
--   organization: its name
--   user_count: users
--   ticket_count: tickets
with moved as (
  -- One row per organization and expected organization.
  select
    i.actual_organization_id as actual_organization_id,
    i.organization_id as organization_id,
    count(distinct i.user_id) as user_count,
    count(distinct i.ticket_id) as ticket_count
  from latest_issues as i
  where i.layer in ('user', 'ticket')
  group by i.actual_organization_id, i.organization_id
)
select
  m.actual_organization_id as actual_organization_id,
  a.name as actual_organization,
  m.organization_id as organization_id,
  o.name as organization,
  m.user_count as user_count,
  m.ticket_count as ticket_count
from moved as m
left join latest_zendesk_organizations as a
  on a.organization_id = m.actual_organization_id
left join latest_zendesk_organizations as o
  on o.organization_id = m.organization_id
order by m.user_count + m.ticket_count desc, m.actual_organization_id, m.organization_id
