-- One row per day and code, by the last run of the day.
--
-- key: day code
-- columns:
--   day date: the day
--   code text of rule: the code
--   run_id integer of run: the last run of the day
--   is_evaluated integer: 1 if the code was evaluated; 0: a collection that it needs was not read
--   issue_count integer: its issues; null: not evaluated, so not known
--   new_count integer: issues that came since the run before, on this day's last run
--   resolved_count integer: issues that were gone since the run before
--   reopened_count integer: issues that came back since the run before
with last as (
  -- One row per day: its last run.
  select
    substr(r.as_of, 1, 10) as day,
    max(r.run_id) as run_id
  from runs as r
  group by substr(r.as_of, 1, 10)
),
change as (
  -- One row per run and code in which an issue came or went.
  select
    c.run_id as run_id,
    substr(c.issue_key, 1, instr(c.issue_key, '/') - 1) as code,
    sum(case when c.change = 'new' then 1 else 0 end) as new_count,
    sum(case when c.change = 'resolved' then 1 else 0 end) as resolved_count,
    sum(case when c.change = 'reopened' then 1 else 0 end) as reopened_count
  from issue_changes as c
  group by c.run_id, substr(c.issue_key, 1, instr(c.issue_key, '/') - 1)
)
select
  l.day as day,
  k.code as code,
  k.run_id as run_id,
  k.is_evaluated as is_evaluated,
  k.issue_count as issue_count,
  case when k.is_evaluated = 1 then coalesce(c.new_count, 0) end as new_count,
  case when k.is_evaluated = 1 then coalesce(c.resolved_count, 0) end as resolved_count,
  case when k.is_evaluated = 1 then coalesce(c.reopened_count, 0) end as reopened_count
from last as l
cross join run_coverage as k
left join change as c
  on c.run_id = k.run_id
  and c.code = k.code
where k.run_id = l.run_id
order by l.day, k.code
