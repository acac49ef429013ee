-- One row per plan that was applied live: what became of its repairs.
--
-- held_count: the issue is gone, in the newest run that evaluated its code. returned_count: it was gone and is there
-- again. open_count: it is still there, or was not looked at since. :most is how many plans are wanted, the newest.
with applied as (
  -- One row per repair of a live apply that took effect.
  select
    c.plan_id as plan_id,
    c.issue_key as issue_key,
    c.outcome as outcome,
    h.is_open as is_open,
    h.repaired_by_plan_id as repaired_by_plan_id
  from receipts as c
  left join issue_history as h
    on h.issue_key = c.issue_key
  where c.mode = 'live'
    and c.outcome in ('applied', 'already_in_place')
),
other as (
  -- One row per plan: repairs that were not made.
  select
    c.plan_id as plan_id,
    sum(case when c.outcome in ('failed', 'unknown') then 1 else 0 end) as failed_count,
    sum(case when c.outcome in ('skipped_stale', 'not_attempted') then 1 else 0 end) as skipped_count
  from receipts as c
  where c.mode = 'live'
    and c.action is not null
  group by c.plan_id
),
settled as (
  -- One row per plan: repairs that were made.
  select
    a.plan_id as plan_id,
    count(*) as made_count,
    sum(case when a.is_open = 0 then 1 else 0 end) as held_count,
    sum(case when a.is_open = 1 and a.repaired_by_plan_id = a.plan_id then 1 else 0 end) as returned_count
  from applied as a
  group by a.plan_id
)
select
  p.plan_id as plan_id,
  substr(min(t.started_at), 1, 10) as day,
  p.planned_count as planned_count,
  coalesce(s.made_count, 0) as made_count,
  coalesce(s.held_count, 0) as held_count,
  coalesce(s.returned_count, 0) as returned_count,
  coalesce(s.made_count - s.held_count - s.returned_count, 0) as open_count,
  coalesce(o.failed_count, 0) as failed_count,
  coalesce(o.skipped_count, 0) as skipped_count
from plans as p
cross join apply_attempts as t
left join settled as s
  on s.plan_id = p.plan_id
left join other as o
  on o.plan_id = p.plan_id
where t.plan_id = p.plan_id
  and t.mode = 'live'
group by p.plan_id
order by p.plan_id desc
limit :most
