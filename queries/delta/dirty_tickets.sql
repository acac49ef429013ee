-- The tickets that are looked at again: they, what is expected on the requester's domain or a suppression changed; and
-- of those that were misfiled, what the advice asks for, or that the window moved past them.
insert or ignore into temp.dirty_ticket (ticket_id)
-- input: _ticket_versions
select t.ticket_id
from temp.changed_ticket_versions as t
union all
-- input: _link_domain_expectation
select t.ticket_id
from temp.scanned_ticket as t
where t.requester_domain_id in (
  select x.domain_id
  from temp.changed_link_domain_expectation as x
)
union all
-- input: _membership_versions
select d.ticket_id
from _link_ticket_drift as d
where d.requester_id in (
  select m.user_id
  from temp.changed_membership_versions as m
)
union all
-- input: _user_versions
select d.ticket_id
from _link_ticket_drift as d
where d.requester_id in (
  select u.user_id
  from temp.changed_user_versions as u
)
union all
-- input: _link_organization
select d.ticket_id
from _link_ticket_drift as d
where d.organization_id in (
  select o.organization_id
  from temp.changed_link_organization as o
)
union all
-- input: _run_context
select d.ticket_id
from _run_context as c
cross join _link_ticket_drift as d
where d.is_outside_window <> case
  when d.status = 'closed' and d.created_at < c.closed_ticket_cutoff then 1
  else 0
end
union all
-- input: suppressions
select i.ticket_id
from temp.dirty_issue as i
where i.ticket_id is not null
