-- A ticket is filed under an organization that is not the one of its requester's account.
--
-- code: ticket_org_mismatch
-- version: 3
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
-- suggests: repair_membership_then_replay_ticket_audit file_ticket_by_hand
-- next: Repair the requester's membership, or file the ticket by hand
-- cause: current_organization
-- place: other_organization
-- evidence:
--   requester_id integer: the user who asked
--   email_domain text: domain of the requester's address
--   organization_id integer: the organization that the ticket is filed under; null: none
--   status text volatile: status of the ticket
--   created_at text: when the ticket was made, ISO-8601 UTC
--   is_organization_known integer volatile: 1 if the organization it is filed under exists, else 0; null: none
--   is_requester_member integer volatile: 1 if the requester is a member there, else 0; null: none, or not read
--   is_requester_expected_member integer volatile: 1 if the requester is a member of the account's; null: not read
--   requester_organization_id integer volatile: the requester's default organization; null: none
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
  case
    when t.is_requester_expected_member = 1 and t.requester_organization_id = t.expected_organization_id then
      'file_ticket_by_hand'
    else 'repair_membership_then_replay_ticket_audit'
  end as suggested_action,
  json_object(
    'requester_id', t.requester_id,
    'email_domain', d.domain,
    'organization_id', t.organization_id,
    'status', t.status,
    'created_at', t.created_at,
    'is_organization_known', case when t.organization_id is not null then t.is_organization_known end,
    'is_requester_member', case
      when t.organization_id is not null and c.is_memberships_known = 1 then t.is_requester_member
    end,
    'is_requester_expected_member', case when c.is_memberships_known = 1 then t.is_requester_expected_member end,
    'requester_organization_id', t.requester_organization_id
  ) as evidence
from _run_context as c
cross join _link_ticket_drift as t
cross join _domains as d
where t.is_outside_window = 0
  and t.organization_id is not null
  and d.domain_id = t.domain_id
