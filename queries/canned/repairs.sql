-- Repairs of live applies by what became of them.
--
-- question: What was applied, and what was held back?
-- columns:
--   plan_id: the plan
--   action: the repair
--   outcome: what became of it
--   repair_count: repairs
select
  r.plan_id as plan_id,
  r.action as action,
  r.outcome as outcome,
  count(*) as repair_count
from receipt as r
where r.mode = 'live'
  and r.action is not null
group by r.plan_id, r.action, r.outcome
order by r.plan_id, r.action, r.outcome
