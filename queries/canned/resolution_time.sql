-- Days until issues were resolved, by code.
--
-- question: How long does it take until an issue is gone?
-- columns:
--   code: the code
--   resolved_count: issues that are gone
--   median_days: half of them were gone after at most this number of days
--   p90_days: nine of ten were gone after at most this number of days
with placed as (
  -- One row per issue that is gone, with its place among those of its code.
  select
    i.code as code,
    i.days_open as days,
    row_number() over (partition by i.code order by i.days_open) as place,
    count(*) over (partition by i.code) as resolved_count
  from issue as i
  where i.state = 'resolved'
)
select
  p.code as code,
  count(*) as resolved_count,
  min(case when 2 * p.place >= p.resolved_count then p.days end) as median_days,
  min(case when 10 * p.place >= 9 * p.resolved_count then p.days end) as p90_days
from placed as p
group by p.code
order by p.code
