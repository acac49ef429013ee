-- A ticket has no organization although its requester's account has one.
--
-- code: ticket_missing_org
-- version: 2
-- family: drift
-- layer: ticket
-- severity: medium
-- action: none
-- needs: accounts organizations users tickets
-- reads: _run_context _link_ticket_drift _domains
-- class: ticket_org_null_domain_match
-- reason: Ticket {subject_id} has no organization; its requester's account has organization
--   {organization_id}.
-- refuses: none
-- suggests: repair_membership_then_replay_ticket_audit
-- next: Repair the requester's membership, or file the ticket by hand
-- cause: account
-- place: without_organization
-- evidence:
--   requester_id integer: the user who asked
--   email_domain text: domain of the requester's address
--   organization_id integer: the organization that the ticket is filed under; null: none
--   status text volatile: status of the ticket
--   created_at text: when the ticket was made, ISO-8601 UTC
--
-- Why it matters: views, routing and service levels that ask for the organization pass the ticket by.
-- What to do: repair the requester's membership first, then audit again. orgdrift never writes a ticket.
-- Not reported here: a ticket under another organization (ticket_org_mismatch).
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
  and t.organization_id is null
  and d.domain_id = t.domain_id
