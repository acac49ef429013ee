-- Open issues of each code by age.
--
-- question: How long have the open issues been open?
-- columns:
--   code: the code
--   open_count: open issues
--   to_7_days: open for at most 7 days
--   to_30_days: 8 to 30 days
--   to_90_days: 31 to 90 days
--   over_90_days: more than 90 days
--   oldest_seen_on: when the oldest was first seen
select
  i.code as code,
  count(*) as open_count,
  sum(case when i.days_open < 8 then 1 else 0 end) as to_7_days,
  sum(case when i.days_open >= 8 and i.days_open < 31 then 1 else 0 end) as to_30_days,
  sum(case when i.days_open >= 31 and i.days_open < 91 then 1 else 0 end) as to_90_days,
  sum(case when i.days_open >= 91 then 1 else 0 end) as over_90_days,
  min(i.first_seen_on) as oldest_seen_on
from issue as i
where i.is_open = 1
group by i.code
order by open_count desc, i.code
