-- One row per row of a receipt that is about a record: through an issue of the list (?1, a JSON array of keys),
-- or as its account (?2), organization (?3) or user (?4).
select
  r.attempt_id as attempt_id,
  r.plan_id as plan_id,
  p.run_id as run_id,
  r.mode as mode,
  r.position as position,
  r.issue_key as issue_key,
  r.action as action,
  r.outcome as outcome,
  r.reason as reason,
  r.http_status as http_status,
  r.decided_at as decided_at,
  r.event_id as event_id
from receipts as r
cross join _plans as p
where (r.issue_key in (
      select j.value
      from json_each(?1) as j
    )
    or r.account_id = ?2
    or r.organization_id = ?3
    or r.user_id = ?4)
  and p.plan_id = r.plan_id
order by r.attempt_id desc, r.position
