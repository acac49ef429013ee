-- A ticket is filed under an organization that is not the one of its requester's account.
--
-- code: ticket_org_mismatch
-- version: 2
-- family: drift
-- layer: ticket
-- severity: medium
-- action: none
-- needs: accounts organizations users tickets
-- reads: _run_context _link_ticket_drift _domains
-- class: ticket_org_mismatch_domain_match
-- reason: Ticket {subject_id} is not filed under organization {organization_id} of its requester's account,
--   but under another.
-- refuses: none
-- suggests: repair_membership_then_replay_ticket_audit
-- next: Repair the requester's membership, or file the ticket by hand
-- cause: current_organization
-- place: other_organization
-- evidence:
--   requester_id integer: the user who asked
--   email_domain text: domain of the requester's address
--   organization_id integer: the organization that the ticket is filed under; null: none
--   status text volatile: status of the ticket
--   created_at text: when the ticket was made, ISO-8601 UTC
--
-- Why it matters: the wrong team sees the ticket, and the wrong customer's members may see it too.
-- What to do: repair the requester's membership first, then audit again. orgdrift never writes a ticket.
-- Not reported here: a ticket without an organization (ticket_missing_org).
-- Closed tickets older than the ticket window raise no issue; they are counted in run_coverage.
select
  c.run_id as run_id,
  t.account_id as account_id,
  'ticket' as subject_kind,
  cast(t.ticket_id as text) as subject_id,
  null as domain,
  t.expected_organization_id as organization_id,
  'detect_only' as disposition,
  null as action,
  null as blocked_reason,
  'repair_membership_then_replay_ticket_audit' as suggested_action,
  json_object(
    'requester_id', t.requester_id,
    'email_domain', d.domain,
    'organization_id', t.organization_id,
    'status', t.status,
    'created_at', t.created_at
  ) as evidence
from _run_context as c
cross join _link_ticket_drift as t
cross join _domains as d
where t.is_outside_window = 0
  and t.organization_id is not null
  and d.domain_id = t.domain_id
