-- Issues of each day, code by code.
--
-- question: How many issues does each day have of each code, and how many came and went?
-- columns:
--   day: the day
--   code: the code
--   title: what is wrong
--   issue_count: its issues
--   new_count: issues that came
--   resolved_count: issues that went
--   reopened_count: issues that came back
select
  d.day as day,
  d.code as code,
  q.title as title,
  d.issue_count as issue_count,
  d.new_count as new_count,
  d.resolved_count as resolved_count,
  d.reopened_count as reopened_count
from code_day as d
join rule as q
  on q.code = d.code
where q.family = 'drift'
order by d.day, d.code
