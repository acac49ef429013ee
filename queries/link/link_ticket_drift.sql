-- One row per ticket that is not filed under the organization of its requester's account.
--
-- reads: _run_context _ticket_versions _link_domain_expectation
--
-- is_outside_window marks a closed ticket that is too old to raise an issue. The requester's domain was
-- stored with the ticket only if the requester is an active, unsuspended end user.
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
