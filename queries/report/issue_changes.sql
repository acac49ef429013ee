-- One row per issue key that differs between a run and the latest earlier run that evaluated its code.
--
-- not_comparable: the code was not evaluated, or the ticket left or entered what was read.
-- is_rule_changed: 1 if something other than the records may be the cause for this very issue.
with boundary as (
  -- One row per change that a run stored, and one per open issue of a code that the run did not evaluate.
  select
    s.run_id as run_id,
    s.previous_run_id as previous_run_id,
    s.issue_key as issue_key,
    s.change as change,
    s.is_own_rule_changed as is_own_rule_changed
  from _issue_changes as s
  union all
  select
    k.run_id as run_id,
    k.previous_run_id as previous_run_id,
    v.issue_key as issue_key,
    'not_comparable' as change,
    case when f.rule_version <> k.rule_version then 1 else 0 end as is_own_rule_changed
  from run_coverage as k
  cross join run_coverage as f
  cross join _issue_versions as v
  where k.is_evaluated = 0
    and k.family = 'drift'
    and f.run_id = k.previous_run_id
    and f.code = k.code
    and v.code = k.code
    and v.valid_from <= k.run_id
    and k.run_id < v.valid_to
)
select
  b.previous_run_id as previous_run_id,
  b.run_id as run_id,
  b.issue_key as issue_key,
  cast(b.change as text) as change,
  cast(case when b.is_own_rule_changed = 1 then 1 else r.is_rule_changed end as bigint) as is_rule_changed
from boundary as b
cross join _run_pairs as r
where r.old_run_id = b.previous_run_id
  and r.new_run_id = b.run_id
