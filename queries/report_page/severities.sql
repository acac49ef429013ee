-- One row per run: its open issues by severity.
--
-- Suppressed ones do not count. not_evaluated_count is how many of the twelve codes were not evaluated: then the rest is
-- not known. :run_id and :most as in runs.sql.
with chosen as (
  -- One row per run: the newest of them.
  select
    r.run_id as run_id
  from runs as r
  where r.run_id <= :run_id
  order by r.run_id desc
  limit :most
),
counted as (
  -- One row per run: its issues.
  select
    c.run_id as run_id,
    sum(case when i.severity = 'critical' then 1 else 0 end) as critical_count,
    sum(case when i.severity = 'high' then 1 else 0 end) as high_count,
    sum(case when i.severity = 'medium' then 1 else 0 end) as medium_count,
    sum(case when i.severity = 'low' then 1 else 0 end) as low_count
  from chosen as c
  cross join issues as i
  where i.run_id = c.run_id
    and i.disposition <> 'suppressed'
  group by c.run_id
)
select
  c.run_id as run_id,
  coalesce(n.critical_count, 0) as critical_count,
  coalesce(n.high_count, 0) as high_count,
  coalesce(n.medium_count, 0) as medium_count,
  coalesce(n.low_count, 0) as low_count,
  (
    select count(*)
    from run_coverage as k
    where k.run_id = c.run_id
      and k.family = 'drift'
      and k.is_evaluated = 0
  ) as not_evaluated_count
from chosen as c
left join counted as n
  on n.run_id = c.run_id
order by c.run_id
