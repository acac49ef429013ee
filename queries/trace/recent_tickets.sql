-- One row per ticket of a requester (?1), as of a Zendesk snapshot (?2): the ten that were created last.
select
  t.ticket_id as ticket_id,
  t.status as status,
  t.organization_id as organization_id,
  t.created_at as created_at,
  t.subject as subject
from _ticket_versions as t
where t.requester_id = ?1
  and t.valid_from <= ?2
  and ?2 < t.valid_to
order by t.created_at desc, t.ticket_id desc
limit 10
