-- One row per age of the open issues of a run, the youngest first.
--
-- Days from the time that the first run which saw the issue speaks about to that of the run. :run_id is the run.
with aged as (
  -- One row per open issue.
  select
    i.severity as severity,
    cast(julianday(r.as_of) - julianday(h.first_seen_at) as integer) as days
  from runs as r
  cross join issues as i
  cross join issue_history as h
  where r.run_id = :run_id
    and i.run_id = r.run_id
    and i.disposition <> 'suppressed'
    and h.issue_key = i.issue_key
),
placed as (
  -- The same, with the place of its age.
  select
    a.severity as severity,
    case when a.days <= 7 then 1 when a.days <= 30 then 2 when a.days <= 90 then 3 else 4 end as place
  from aged as a
)
select
  p.place as place,
  case p.place when 1 then '0-7' when 2 then '8-30' when 3 then '31-90' else 'over 90' end as days,
  sum(case when p.severity = 'critical' then 1 else 0 end) as critical_count,
  sum(case when p.severity = 'high' then 1 else 0 end) as high_count,
  sum(case when p.severity = 'medium' then 1 else 0 end) as medium_count,
  sum(case when p.severity = 'low' then 1 else 0 end) as low_count
from placed as p
group by p.place
order by p.place
