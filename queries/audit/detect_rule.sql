-- Keeps what one rule says. Two findings with one key are an error.
insert into temp.detected (
  issue_key, code, rule_version, family, layer, severity, account_id, subject_kind, subject_id, organization_id,
  user_id, ticket_id, domain, disposition, action, blocked_reason, suggested_action, evidence, is_open_ticket
)
select
  d.issue_key, d.code, d.rule_version, d.family, d.layer, d.severity, d.account_id, d.subject_kind, d.subject_id,
  d.organization_id, d.user_id, d.ticket_id, d.domain, d.disposition, d.action, d.blocked_reason,
  d.suggested_action, d.evidence, d.is_open_ticket
from issue_detected as d
