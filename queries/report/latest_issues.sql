-- The rows of issues for the newest run.
select
  v.run_id as run_id,
  v.issue_key as issue_key,
  v.code as code,
  v.rule_version as rule_version,
  v.layer as layer,
  v.severity as severity,
  v.account_id as account_id,
  v.account_name as account_name,
  v.subject_kind as subject_kind,
  v.subject_id as subject_id,
  v.organization_id as organization_id,
  v.actual_organization_id as actual_organization_id,
  v.owner as owner,
  v.severity_rank as severity_rank,
  v.email_domain as email_domain,
  v.user_id as user_id,
  v.ticket_id as ticket_id,
  v.domain as domain,
  v.disposition as disposition,
  v.action as action,
  v.blocked_reason as blocked_reason,
  v.suppressed_by as suppressed_by,
  v.accepted_by as accepted_by,
  v.suggested_action as suggested_action,
  v.root_issue_key as root_issue_key,
  v.reason as reason,
  v.evidence as evidence,
  v.url as url
from issues as v
where v.run_id = (
  select max(r.run_id)
  from runs as r
)
