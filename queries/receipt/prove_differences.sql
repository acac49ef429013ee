-- One row per issue on a record that a plan wrote that vanished or stayed otherwise than foreseen, and per issue that was
-- foreseen and did not appear, in the newest run that shows what came of the plan. Issues that appeared are those of
-- prove_new_issues, and the issues of the repairs themselves those of prove.
with
  -- One row: the newest run whose snapshot was begun after :after, the last second of the live apply.
  newest as (
    select max(r.run_id) as run_id
    from runs as r
    cross join snapshots as s
    where s.snapshot_id = r.zendesk_snapshot_id
      and s.taken_at > :after
  ),
  -- One row if there is something to compare with: the plan and its run.
  prediction as (
    select
      p.plan_id as plan_id,
      p.run_id as run_id,
      n.run_id as newest_run_id
    from _comparable_predictions as p
    cross join newest as n
    where p.plan_id = :plan_id
      and n.run_id is not null
  ),
  -- One row per repair that was made.
  written as (
    select
      a.organization_id as organization_id,
      a.user_id as user_id
    from plan_actions as a
    cross join apply_events as e
    where a.plan_id = :plan_id
      and e.plan_id = a.plan_id
      and e.position = a.position
      and e.mode = 'live'
      and e.kind = 'outcome'
      and e.outcome in ('applied', 'unknown')
  ),
  -- One row per issue of the plan's run on such a record, of a code that the newest run evaluated and of no repair.
  before as (
    select
      i.severity as severity,
      i.code as code,
      i.issue_key as issue_key,
      i.account_id as account_id,
      exists (
        select 1
        from _issue_versions as v
        where v.issue_key = i.issue_key
          and v.valid_from <= p.newest_run_id
          and p.newest_run_id < v.valid_to
      ) as is_there,
      exists (
        -- Its ticket left the window, or its account could not be read: nobody knows.
        select 1
        from _issue_versions as v
        where v.issue_key = i.issue_key
          and v.valid_to > p.run_id
          and v.valid_to <= p.newest_run_id
          and v.close_reason is not null
      ) as is_unknown,
      exists (
        select 1
        from _predicted_changes as g
        where g.plan_id = p.plan_id
          and g.issue_key = i.issue_key
          and g.change = 'vanishes'
      ) as is_to_vanish
    from prediction as p
    cross join issues as i
    cross join run_coverage as k
    where i.run_id = p.run_id
      and k.run_id = p.newest_run_id
      and k.code = i.code
      and k.is_evaluated = 1
      and exists (
        select 1
        from written as w
        where (w.user_id is not null and i.user_id = w.user_id)
          or (w.user_id is null and i.organization_id = w.organization_id)
      )
      and not exists (
        select 1
        from plan_actions as a
        where a.plan_id = p.plan_id
          and a.issue_key = i.issue_key
          and a.status = 'planned'
      )
  )
select
  case b.is_there when 1 then 'still there, not predicted' else 'vanished, not predicted' end as difference,
  b.severity as severity,
  b.code as code,
  b.issue_key as issue_key,
  b.account_id as account_id
from before as b
where b.is_there = b.is_to_vanish
  and (b.is_there = 1 or b.is_unknown = 0)
union all
select
  'did not appear, not predicted' as difference,
  q.severity as severity,
  g.code as code,
  g.issue_key as issue_key,
  null as account_id
from prediction as p
cross join _predicted_changes as g
cross join run_coverage as k
cross join rule_versions as q
where g.plan_id = p.plan_id
  and g.change = 'appears'
  and k.run_id = p.newest_run_id
  and k.code = g.code
  and k.is_evaluated = 1
  and q.code = k.code
  and q.version = k.rule_version
  -- What depends on a repair that was not made need not come.
  and not exists (
    select 1
    from plan_actions as a
    where a.plan_id = p.plan_id
      and a.status = 'planned'
      and not exists (
        select 1
        from apply_events as e
        where e.plan_id = a.plan_id
          and e.position = a.position
          and e.mode = 'live'
          and e.kind = 'outcome'
          and e.outcome in ('applied', 'already_in_place')
      )
  )
  and not exists (
    select 1
    from _issue_versions as v
    where v.issue_key = g.issue_key
      and v.valid_from <= p.newest_run_id
      and p.newest_run_id < v.valid_to
  )
order by 4
