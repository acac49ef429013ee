-- Serves the root issue of an account; holds what the triage rows are counted from, so that they are counted
-- in one pass in the order of accounts.
create index temp.detected_by_account on detected (
  account_id, layer, code, issue_key, family, severity, disposition, blocked_reason, subject_kind, user_id,
  is_open_ticket
)
