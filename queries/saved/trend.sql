-- Drift of each run, code by code.
--
-- question: How many issues does each run have of each code, and how many came and went?
-- columns:
--   run_id: the run
--   as_of: the time that the run speaks about
--   code: the code
--   issue_count: issues of the code in the run; null: not evaluated, so not known
--   new_count: issues that the run before did not have
--   resolved_count: issues of the run before that are gone
--   reopened_count: issues that were gone and are there again
with change as (
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
  k.run_id as run_id,
  r.as_of as as_of,
  k.code as code,
  k.issue_count as issue_count,
  cast(case when k.is_evaluated = 1 then coalesce(c.new_count, 0) end as bigint) as new_count,
  cast(case when k.is_evaluated = 1 then coalesce(c.resolved_count, 0) end as bigint) as resolved_count,
  cast(case when k.is_evaluated = 1 then coalesce(c.reopened_count, 0) end as bigint) as reopened_count
from run_coverage as k
join runs as r
  on r.run_id = k.run_id
left join change as c
  on c.run_id = k.run_id
  and c.code = k.code
where k.family = 'drift'
order by k.run_id, k.code
