-- The tickets on whose requester's domain something else is expected, or whose domain or organization is newly an
-- account's or nobody's. Few are meant, so that is asked first.
create temp table scanned_ticket as
select t.ticket_id, t.requester_domain_id, t.organization_id
from (
  select 1 as is_needed
  where exists (select 1 from temp.wanted_ticket_domain)
    or exists (select 1 from temp.newly_orphan)
) as g
cross join _run_context as c
cross join _ticket_versions as t
where (
    t.requester_domain_id in (select d.domain_id from temp.wanted_ticket_domain as d)
    or t.organization_id in (select o.organization_id from temp.newly_orphan as o)
  )
  and t.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < t.valid_to
