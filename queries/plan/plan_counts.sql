-- One row per status, action and reason of a plan: how many rows say so.
select
  a.status as status,
  a.action as action,
  a.code as code,
  a.blocked_reason as blocked_reason,
  count(*) as row_count
from plan_actions as a
where a.plan_id = :plan_id
group by a.status, a.action, a.code, a.blocked_reason
order by a.status, a.action, count(*) desc, a.code, a.blocked_reason
