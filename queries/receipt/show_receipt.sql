-- One row per row of the plan of an apply: what became of it.
select
  r.position as position,
  r.action as action,
  r.outcome as outcome,
  r.reason as reason,
  r.issue_key as issue_key,
  r.account_id as account_id,
  r.organization_id as organization_id,
  r.user_id as user_id,
  r.domain as domain,
  r.accepted_by as accepted_by,
  r.before_value as before_value,
  r.after_value as after_value,
  r.http_status as http_status,
  r.request_id as request_id,
  r.decided_at as decided_at,
  r.event_id as event_id,
  r.hash as hash,
  p.source_identity as source_identity
from receipts as r
left join _plans as p
  on p.plan_id = r.plan_id
