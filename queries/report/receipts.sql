-- One row per row of a plan and apply of it: the last word on what became of it.
select
  e.attempt_id as attempt_id,
  e.plan_id as plan_id,
  e.mode as mode,
  a.position as position,
  a.action_id as action_id,
  a.issue_key as issue_key,
  a.code as code,
  a.account_id as account_id,
  a.action as action,
  a.organization_id as organization_id,
  a.user_id as user_id,
  a.domain as domain,
  cast(
    (
      select k.decided_by
      from _plans as p
      cross join _issue_versions as v
      cross join _decisions as k
      where p.plan_id = a.plan_id
        and v.issue_key = a.issue_key
        and v.valid_from <= p.run_id
        and p.run_id < v.valid_to
        and k.decision_id = v.accepted_decision_id
    ) as text
  ) as accepted_by,
  e.outcome as outcome,
  e.reason as reason,
  e.before_value as before_value,
  e.after_value as after_value,
  e.http_status as http_status,
  e.request_id as request_id,
  e.at as decided_at,
  e.event_id as event_id,
  e.hash as hash
from apply_events as e
cross join plan_actions as a
where e.kind = 'outcome'
  and a.plan_id = e.plan_id
  and a.position = e.position
