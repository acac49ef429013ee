-- One row per issue key: when it was first and last seen, how often, and whether it is open.
--
-- Runs that did not evaluate the code do not count: they neither saw the issue nor its end.
with part as (
  -- One row per version, with the end of the version before it.
  select
    v.issue_key as issue_key,
    v.code as code,
    v.account_id as account_id,
    v.disposition as disposition,
    v.close_reason as close_reason,
    v.valid_from as valid_from,
    v.valid_to as valid_to,
    lag(v.valid_to) over (partition by v.issue_key order by v.valid_from) as earlier_valid_to,
    lag(v.close_reason) over (partition by v.issue_key order by v.valid_from) as earlier_close_reason,
    lead(v.valid_from) over (partition by v.issue_key order by v.valid_from) as later_valid_from
  from _issue_versions as v
  cross join rule_versions as q
  where q.code = v.code
    and q.version = v.rule_version
    and q.family = 'drift'
),
newest as (
  -- One row per code: the newest run that evaluated it.
  select
    k.code as code,
    max(k.run_id) as run_id,
    max(k.evaluation_number) as evaluation_number
  from run_coverage as k
  where k.is_evaluated = 1
  group by k.code
),
counted as (
  -- One row per version: how many runs saw it, and the last of them.
  select
    p.issue_key as issue_key,
    p.code as code,
    p.account_id as account_id,
    p.disposition as disposition,
    -- The run that saw its end, where that means that the drift is gone.
    case when p.close_reason is null then e.run_id end as resolved_run_id,
    p.valid_from as valid_from,
    p.later_valid_from as later_valid_from,
    case when p.valid_to = 9223372036854775807 then 1 else 0 end as is_open,
    case
      when e.run_id is null then n.run_id
      else e.previous_run_id
    end as last_run_id,
    case
      when e.run_id is null then n.evaluation_number + 1 - f.evaluation_number
      else e.evaluation_number - f.evaluation_number
    end as run_count,
    case
      when p.earlier_valid_to is null then 0
      when p.earlier_valid_to = p.valid_from then 0
      when p.earlier_close_reason is not null then 0
      else 1
    end as is_reopened
  from part as p
  cross join newest as n
  cross join run_coverage as f
  left join run_coverage as e
    on e.run_id = p.valid_to
    and e.code = p.code
  where n.code = p.code
    and f.run_id = p.valid_from
    and f.code = p.code
),
repair as (
  -- One row per issue that a live apply repaired: the newest plan that did.
  select
    a.issue_key as issue_key,
    max(a.plan_id) as plan_id,
    max(p.run_id) as run_id
  from apply_events as e
  cross join plan_actions as a
  cross join _plans as p
  where e.kind = 'outcome'
    and e.mode = 'live'
    and e.outcome = 'applied'
    and a.plan_id = e.plan_id
    and a.position = e.position
    and p.plan_id = a.plan_id
  group by a.issue_key
),
summed as (
  -- One row per issue key.
  select
    c.issue_key as issue_key,
    min(c.code) as code,
    max(case when c.later_valid_from is null then c.account_id end) as account_id,
    min(c.valid_from) as first_run_id,
    max(c.last_run_id) as last_run_id,
    max(case when c.later_valid_from is null then c.resolved_run_id end) as resolved_run_id,
    max(case when c.later_valid_from is null then c.disposition end) as disposition,
    sum(c.run_count) as run_count,
    sum(c.is_reopened) as reopened_count,
    max(c.is_open) as is_open,
    max(case when c.is_reopened = 1 and c.valid_from > r.run_id then r.plan_id end) as repaired_by_plan_id
  from counted as c
  left join repair as r
    on r.issue_key = c.issue_key
  group by c.issue_key
)
select
  s.issue_key as issue_key,
  cast(s.code as text) as code,
  cast(s.account_id as text) as account_id,
  cast(s.first_run_id as bigint) as first_run_id,
  cast(s.last_run_id as bigint) as last_run_id,
  f.as_of as first_seen_at,
  l.as_of as last_seen_at,
  g.as_of as resolved_at,
  cast(s.disposition as text) as disposition,
  cast(s.run_count as bigint) as run_count,
  cast(s.reopened_count as bigint) as reopened_count,
  cast(s.is_open as bigint) as is_open,
  cast(s.repaired_by_plan_id as bigint) as repaired_by_plan_id
from summed as s
cross join runs as f
cross join runs as l
left join runs as g
  on g.run_id = s.resolved_run_id
where f.run_id = s.first_run_id
  and l.run_id = s.last_run_id
