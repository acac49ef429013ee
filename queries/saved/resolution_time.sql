-- Days until issues were resolved, by code and by what resolved them.
--
-- question: How long does it take until an issue is gone, and do repairs make it faster?
-- columns:
--   code: the code
--   resolved_by: plan (a live apply repaired it) or other (it was changed in Zendesk or Salesforce, or by other rules)
--   resolved_count: issues that are gone
--   median_days: half of them were gone after at most this number of days
--   p90_days: nine of ten were gone after at most this number of days
with repaired as (
  -- One row per issue that a live apply repaired.
  select
    r.issue_key as issue_key,
    min(r.decided_at) as decided_at
  from receipts as r
  where r.mode = 'live'
    and r.outcome = 'applied'
  group by r.issue_key
),
resolved as (
  -- One row per issue that is gone.
  select
    h.code as code,
    case when p.decided_at <= h.resolved_at then 'plan' else 'other' end as resolved_by,
    julianday(h.resolved_at) - julianday(h.first_seen_at) as days
  from issue_history as h
  left join repaired as p
    on p.issue_key = h.issue_key
  where h.is_open = 0
    and h.resolved_at is not null
),
placed as (
  -- One row per issue that is gone, with its place among those of its kind.
  select
    s.code as code,
    s.resolved_by as resolved_by,
    s.days as days,
    row_number() over (partition by s.code, s.resolved_by order by s.days) as place,
    count(*) over (partition by s.code, s.resolved_by) as resolved_count
  from resolved as s
)
select
  p.code as code,
  p.resolved_by as resolved_by,
  count(*) as resolved_count,
  round(min(case when 2 * p.place >= p.resolved_count then p.days end), 1) as median_days,
  round(min(case when 10 * p.place >= 9 * p.resolved_count then p.days end), 1) as p90_days
from placed as p
group by p.code, p.resolved_by
order by p.code, p.resolved_by
