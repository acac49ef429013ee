-- Keeps the triage rows, each with the hash over the whole of it.
insert into temp.triage (
  account_id, total_issue_count, prepared_action_count, blocked_action_count, review_count,
  detect_only_count, suppressed_count, max_severity, affected_user_count, affected_open_ticket_count,
  first_code, top_issue_codes, top_blocked_reasons, organization_id, link_state, first_seen_run, content_hash
)
select
  t.account_id, t.total_issue_count, t.prepared_action_count, t.blocked_action_count, t.review_count,
  t.detect_only_count, t.suppressed_count, t.max_severity, t.affected_user_count, t.affected_open_ticket_count,
  t.first_code, t.top_issue_codes, t.top_blocked_reasons, t.organization_id, t.link_state, t.first_seen_run,
  content_hash(t.total_issue_count, t.prepared_action_count, t.blocked_action_count, t.review_count,
    t.detect_only_count, t.suppressed_count, t.max_severity, t.affected_user_count, t.affected_open_ticket_count,
    t.first_code, t.top_issue_codes, t.top_blocked_reasons, t.organization_id, t.link_state, t.first_seen_run)
from issue_triage as t
