-- One row per account with issues in a run, the worst first: the sheet Accounts.
--
-- :run_id is the run. :owner is the owner whose accounts are wanted; null: everybody's, empty: those without one.
-- kept is a JSON object of the columns that were kept of the account file.
with place as (
  -- One row: the run, its snapshots, the address of its Zendesk account.
  select
    r.run_id as run_id,
    r.salesforce_snapshot_id as salesforce_snapshot_id,
    'https://'
    || case
      when instr(z.source_identity, '/') > 0 then
        substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
      else z.source_identity
    end
    || '.zendesk.com/agent/' as agent_url
  from runs as r
  cross join snapshots as z
  where r.run_id = :run_id
    and z.snapshot_id = r.zendesk_snapshot_id
)
select
  e.account_name as account_name,
  e.owner as owner,
  e.triage_status as triage_status,
  e.max_severity as max_severity,
  e.top_issue_codes as top_issue_codes,
  e.top_blocked_reasons as top_blocked_reasons,
  e.suggested_next_step as suggested_next_step,
  e.total_issue_count as total_issue_count,
  e.prepared_action_count as prepared_action_count,
  e.blocked_action_count as blocked_action_count,
  e.review_count as review_count,
  e.detect_only_count as detect_only_count,
  e.suppressed_count as suppressed_count,
  e.affected_user_count as affected_user_count,
  e.affected_open_ticket_count as affected_open_ticket_count,
  e.zendesk_org_name as organization_name,
  e.candidate_orgs as candidate_orgs,
  e.link_state as link_state,
  e.match_rule as match_rule,
  substr(e.first_seen_at, 1, 10) as first_seen_on,
  e.sf_account_id as account_id,
  e.zendesk_org_id as organization_id,
  e.zendesk_org_url as organization_url,
  p.agent_url || 'search/1?type=ticket&q=organization%3A' || e.zendesk_org_id as account_tickets_url,
  a.extra as kept,
  w.assignee as assignee,
  w.note as note
from place as p
cross join exceptions_by_account as e
left join _account_versions as a
  on a.account_id = e.sf_account_id
  and a.valid_from <= p.salesforce_snapshot_id
  and p.salesforce_snapshot_id < a.valid_to
left join _decisions as w
  on w.account_id = e.sf_account_id
  and not exists (
    select 1
    from _decisions as n
    where n.account_id = w.account_id
      and n.decision_id > w.decision_id
  )
where e.run_id = :run_id
  and (:owner is null or coalesce(e.owner, '') = :owner)
order by
  case e.max_severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 when 'low' then 4 else 5 end,
  e.affected_open_ticket_count desc,
  e.affected_user_count desc,
  e.total_issue_count desc,
  e.sf_account_id
