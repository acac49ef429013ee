-- Open issues of each code by age.
--
-- question: How long have the open issues been open?
-- columns:
--   code: the code
--   open_count: open issues
--   to_7_days: first seen at most 7 days before the newest run
--   to_30_days: 8 to 30 days
--   to_90_days: 31 to 90 days
--   over_90_days: more than 90 days
--   oldest_seen_at: when the oldest was first seen
with latest as (
  -- One row: the newest run.
  select max(r.as_of) as as_of
  from runs as r
  where r.run_id = (select max(n.run_id) from runs as n)
),
aged as (
  -- One row per open issue.
  select
    h.code as code,
    h.first_seen_at as first_seen_at,
    julianday(l.as_of) - julianday(h.first_seen_at) as days
  from issue_history as h
  cross join latest as l
  where h.is_open = 1
)
select
  a.code as code,
  count(*) as open_count,
  cast(sum(case when a.days < 8 then 1 else 0 end) as bigint) as to_7_days,
  cast(sum(case when a.days >= 8 and a.days < 31 then 1 else 0 end) as bigint) as to_30_days,
  cast(sum(case when a.days >= 31 and a.days < 91 then 1 else 0 end) as bigint) as to_90_days,
  cast(sum(case when a.days >= 91 then 1 else 0 end) as bigint) as over_90_days,
  min(a.first_seen_at) as oldest_seen_at
from aged as a
group by a.code
order by open_count desc, a.code
