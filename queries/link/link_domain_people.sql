-- One row per domain that accounts expect: the eligible users on it and their open tickets.
--
-- reads: _run_context _user_versions _link_domain_owner _ticket_versions
--
-- Eligible: an active, unsuspended end user with an address on the domain. Open: not solved, closed or
-- deleted.
with eligible as (
  -- One row per domain with eligible users.
  select
    u.email_domain_id as domain_id,
    count(*) as eligible_user_count
  from _run_context as c
  cross join _user_versions as u
  cross join _link_domain_owner as w
  where u.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < u.valid_to
    and u.role = 'end-user'
    and u.is_active = 1
    and u.is_suspended = 0
    and u.undecided_fields is null
    and w.domain_id = u.email_domain_id
  group by u.email_domain_id
),
open_ticket as (
  -- One row per domain with open tickets.
  select
    t.requester_domain_id as domain_id,
    count(*) as open_ticket_count
  from _run_context as c
  cross join _ticket_versions as t
  cross join _link_domain_owner as w
  where t.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < t.valid_to
    and t.status in ('new', 'open', 'pending', 'hold')
    and (c.tickets_bound_since is null or t.created_at >= c.tickets_bound_since)
    and w.domain_id = t.requester_domain_id
  group by t.requester_domain_id
),
part as (
  -- One or two rows per domain, to be added up.
  select e.domain_id as domain_id, e.eligible_user_count as eligible_user_count, 0 as open_ticket_count
  from eligible as e
  union all
  select t.domain_id as domain_id, 0 as eligible_user_count, t.open_ticket_count as open_ticket_count
  from open_ticket as t
)
select
  p.domain_id as domain_id,
  sum(p.eligible_user_count) as eligible_user_count,
  sum(p.open_ticket_count) as open_ticket_count
from part as p
group by p.domain_id
