-- The hash over the whole row.
update temp.triage
set content_hash = content_hash(total_issue_count, prepared_action_count, blocked_action_count, review_count,
  detect_only_count, suppressed_count, max_severity, affected_user_count, affected_open_ticket_count,
  first_code, top_issue_codes, top_blocked_reasons, organization_id, link_state, first_seen_run)
