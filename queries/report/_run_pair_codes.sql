-- One row per two runs and code that one of them knows: whether they can be compared in it, and why not.
--
-- Private: the statements of queries/diff/ stand on it.
select
  o.run_id as old_run_id,
  n.run_id as new_run_id,
  c.code as code,
  c.family as family,
  case when e.is_evaluated = 1 and f.is_evaluated = 1 then 1 else 0 end as is_comparable,
  case
    when e.code is null then 'run ' || cast(o.run_id as text) || ' did not know the code'
    when f.code is null then 'run ' || cast(n.run_id as text) || ' did not know the code'
    when e.is_evaluated = 0 then
      'run ' || cast(o.run_id as text) || ' did not evaluate the code (' || e.reason || ')'
    when f.is_evaluated = 0 then
      'run ' || cast(n.run_id as text) || ' did not evaluate the code (' || f.reason || ')'
  end as why,
  case when e.rule_version <> f.rule_version then 1 else 0 end as is_version_changed,
  -- Tickets created before it were not read by the earlier run.
  e.bound_since as old_bound_since,
  -- The snapshot of the earlier run, if its tickets were listed without archived ones.
  a.snapshot_id as old_listed_snapshot_id
from runs as o
cross join runs as n
cross join (
  -- One row per code ever used.
  select
    q.code as code,
    min(q.family) as family
  from rule_versions as q
  group by q.code
) as c
left join run_coverage as e
  on e.run_id = o.run_id
  and e.code = c.code
left join run_coverage as f
  on f.run_id = n.run_id
  and f.code = c.code
left join snapshot_collections as a
  on a.snapshot_id = o.zendesk_snapshot_id
  and a.collection = 'tickets'
  and a.reason = 'archived_not_listed'
where o.run_id < n.run_id
  and (e.code is not null or f.code is not null)
