-- The rows of exceptions_by_account for the newest run.
select
  v.run_id as run_id,
  v.sf_account_id as sf_account_id,
  v.account_name as account_name,
  v.owner as owner,
  v.triage_status as triage_status,
  v.total_issue_count as total_issue_count,
  v.prepared_action_count as prepared_action_count,
  v.blocked_action_count as blocked_action_count,
  v.review_count as review_count,
  v.detect_only_count as detect_only_count,
  v.suppressed_count as suppressed_count,
  v.max_severity as max_severity,
  v.affected_user_count as affected_user_count,
  v.affected_open_ticket_count as affected_open_ticket_count,
  v.top_issue_codes as top_issue_codes,
  v.top_blocked_reasons as top_blocked_reasons,
  v.zendesk_org_id as zendesk_org_id,
  v.zendesk_org_name as zendesk_org_name,
  v.zendesk_org_url as zendesk_org_url,
  v.candidate_orgs as candidate_orgs,
  v.link_state as link_state,
  v.match_rule as match_rule,
  v.first_seen_run as first_seen_run,
  v.first_seen_at as first_seen_at,
  v.suggested_next_step as suggested_next_step,
  v.snapshot_dates as snapshot_dates
from exceptions_by_account as v
where v.run_id = (
  select max(r.run_id)
  from runs as r
)
