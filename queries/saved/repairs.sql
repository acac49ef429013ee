-- Repairs of each plan, by what became of them.
--
-- question: What did we plan, what was applied, and what was held back?
-- columns:
--   plan_id: the plan
--   state: what became of the plan
--   action: the repair
--   planned_count: repairs that the plan makes
--   deferred_count: repairs left for another batch
--   refused_count: repairs that were refused
--   applied_count: repairs that a live apply made, or found in place
--   stale_count: repairs skipped because the record had changed
--   failed_count: repairs that failed, or of which nobody can say
with outcome as (
  -- One row per repair of a live apply.
  select
    r.plan_id as plan_id,
    r.position as position,
    max(case when r.outcome in ('applied', 'already_in_place') then 1 else 0 end) as is_applied,
    max(case when r.outcome = 'skipped_stale' then 1 else 0 end) as is_stale,
    max(case when r.outcome in ('failed', 'unknown') then 1 else 0 end) as is_failed
  from receipts as r
  where r.mode = 'live'
  group by r.plan_id, r.position
),
counted as (
  -- One row per plan and repair. The state of a plan is looked up behind it: it is worked out from the plan's events.
  select
    a.plan_id as plan_id,
    a.action as action,
    sum(case when a.status = 'planned' then 1 else 0 end) as planned_count,
    sum(case when a.status = 'deferred' then 1 else 0 end) as deferred_count,
    sum(case when a.status = 'refused' then 1 else 0 end) as refused_count,
    sum(coalesce(o.is_applied, 0)) as applied_count,
    sum(coalesce(o.is_stale, 0)) as stale_count,
    sum(coalesce(o.is_failed, 0)) as failed_count
  from plan_actions as a
  left join outcome as o
    on o.plan_id = a.plan_id
    and o.position = a.position
  where a.action is not null
  group by a.plan_id, a.action
)
select
  c.plan_id as plan_id,
  p.state as state,
  c.action as action,
  cast(c.planned_count as bigint) as planned_count,
  cast(c.deferred_count as bigint) as deferred_count,
  cast(c.refused_count as bigint) as refused_count,
  cast(c.applied_count as bigint) as applied_count,
  cast(c.stale_count as bigint) as stale_count,
  cast(c.failed_count as bigint) as failed_count
from counted as c
cross join plans as p
where p.plan_id = c.plan_id
order by c.plan_id, c.action
