-- One row per run: how many issues came and went since the run before that evaluated their code.
--
-- :run_id and :most as in runs.sql.
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
  -- One row per run with differences.
  select
    h.run_id as run_id,
    sum(case when h.change in ('new', 'reopened') then 1 else 0 end) as new_count,
    sum(case when h.change = 'resolved' then 1 else 0 end) as resolved_count,
    sum(case when h.change = 'not_comparable' then 1 else 0 end) as not_comparable_count
  from chosen as c
  cross join issue_changes as h
  where h.run_id = c.run_id
  group by h.run_id
)
select
  c.run_id as run_id,
  case
    when exists (
      select 1
      from run_coverage as k
      where k.run_id = c.run_id
        and k.previous_run_id is not null
    ) then coalesce(n.new_count, 0)
  end as new_count,
  case
    when exists (
      select 1
      from run_coverage as k
      where k.run_id = c.run_id
        and k.previous_run_id is not null
    ) then coalesce(n.resolved_count, 0)
  end as resolved_count,
  coalesce(n.not_comparable_count, 0) as not_comparable_count
from chosen as c
left join counted as n
  on n.run_id = c.run_id
order by c.run_id
