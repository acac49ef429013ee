-- One row per ticket that is not filed under the organization of its requester's account.
--
-- reads: _run_context _ticket_versions _link_domain_expectation _membership_versions _link_organization
--   _user_versions
--
-- is_outside_window marks a closed ticket that is too old to raise an issue. The requester's domain was
-- stored with the ticket only if the requester is an active, unsuspended end user.
with drift as (
  -- One row per such ticket.
  select
    t.ticket_id as ticket_id,
    t.requester_id as requester_id,
    x.domain_id as domain_id,
    x.account_id as account_id,
    x.organization_id as expected_organization_id,
    t.organization_id as organization_id,
    t.status as status,
    t.created_at as created_at,
    case
      when t.status = 'closed' and t.created_at < c.closed_ticket_cutoff then 1
      else 0
    end as is_outside_window
  from _run_context as c
  cross join _ticket_versions as t
  cross join _link_domain_expectation as x
  where t.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < t.valid_to
    and (c.tickets_bound_since is null or t.created_at >= c.tickets_bound_since)
    and t.status <> 'deleted'
    and x.domain_id = t.requester_domain_id
    and x.owner_count = 1
    and x.link_state in ('linked', 'contested')
    and (t.organization_id <> x.organization_id or (t.organization_id is null) <> (x.organization_id is null))
)
select
  d.ticket_id as ticket_id,
  d.requester_id as requester_id,
  d.domain_id as domain_id,
  d.account_id as account_id,
  d.expected_organization_id as expected_organization_id,
  d.organization_id as organization_id,
  d.status as status,
  d.created_at as created_at,
  d.is_outside_window as is_outside_window,
  case when o.organization_id is null then 0 else 1 end as is_organization_known,
  case
    when exists (
      select 1
      from _run_context as c
      cross join _membership_versions as m
      where m.user_id = d.requester_id
        and m.organization_id = d.organization_id
        and m.valid_from <= c.zendesk_snapshot_id
        and c.zendesk_snapshot_id < m.valid_to
    ) then 1
    else 0
  end as is_requester_member,
  case
    when exists (
      select 1
      from _run_context as c
      cross join _membership_versions as m
      where m.user_id = d.requester_id
        and m.organization_id = d.expected_organization_id
        and m.valid_from <= c.zendesk_snapshot_id
        and c.zendesk_snapshot_id < m.valid_to
    ) then 1
    else 0
  end as is_requester_expected_member,
  u.default_organization_id as requester_organization_id
from _run_context as r
cross join drift as d
left join _link_organization as o
  on o.organization_id = d.organization_id
left join _user_versions as u
  on u.user_id = d.requester_id
  and u.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < u.valid_to
