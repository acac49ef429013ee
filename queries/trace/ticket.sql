-- One row: a ticket (?1), as of a Zendesk snapshot (?2).
--
-- requester_domain is what the ticket was stored with: the e-mail domain of a requester who was an active,
-- unsuspended end user when the ticket was read.
select
  t.ticket_id as ticket_id,
  t.requester_id as requester_id,
  t.requester_domain_id as requester_domain_id,
  d.domain as requester_domain,
  t.organization_id as organization_id,
  t.status as status,
  t.created_at as created_at,
  t.via_channel as via_channel,
  t.subject as subject
from _ticket_versions as t
left join _domains as d
  on d.domain_id = t.requester_domain_id
where t.ticket_id = ?1
  and t.valid_from <= ?2
  and ?2 < t.valid_to
