-- One row per issue of a run: one drift fact, with its subject, its disposition and its evidence.
select
  d.run_id as run_id,
  d.issue_key as issue_key,
  d.code as code,
  d.rule_version as rule_version,
  d.layer as layer,
  d.severity as severity,
  d.account_id as account_id,
  d.account_name as account_name,
  d.subject_kind as subject_kind,
  d.subject_id as subject_id,
  d.organization_id as organization_id,
  d.user_id as user_id,
  d.ticket_id as ticket_id,
  d.domain as domain,
  d.disposition as disposition,
  d.action as action,
  d.blocked_reason as blocked_reason,
  d.suppressed_by as suppressed_by,
  d.suggested_action as suggested_action,
  d.root_issue_key as root_issue_key,
  d.reason as reason,
  d.evidence as evidence,
  d.url as url
from _issue_details as d
where d.family = 'drift'
