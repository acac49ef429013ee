-- One row per row of a plan that touches a record: through an issue of the list (?1, a JSON array of keys),
-- or as its account (?2), organization (?3) or user (?4).
select
  a.plan_id as plan_id,
  p.run_id as run_id,
  p.state as plan_state,
  a.position as position,
  a.issue_key as issue_key,
  a.action as action,
  a.status as status,
  a.blocked_reason as blocked_reason,
  a.organization_id as organization_id,
  a.user_id as user_id,
  a.domain as domain
from plan_actions as a
cross join plans as p
where (a.issue_key in (
      select j.value
      from json_each(?1) as j
    )
    or a.account_id = ?2
    or a.organization_id = ?3
    or a.user_id = ?4)
  and p.plan_id = a.plan_id
order by a.plan_id desc, a.position
