-- One row per issue on a record that a plan wrote, in the newest run that shows what came of it, which the run
-- of the plan did not have. prediction is null where nothing was foreseen, or other plans over the same snapshots changed
-- what it was foreseen from.
with
  -- One row: the newest run whose snapshot was begun after :after, the last second of the live apply.
  newest as (
    select max(r.run_id) as run_id
    from runs as r
    cross join snapshots as s
    where s.snapshot_id = r.zendesk_snapshot_id
      and s.taken_at > :after
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
  )
select
  i.severity as severity,
  i.code as code,
  i.issue_key as issue_key,
  i.account_id as account_id,
  case
    when g.plan_id is not null then 'predicted'
    when p.plan_id is not null then 'not predicted'
  end as prediction,
  i.reason as reason
from newest as n
cross join issues as i
left join _comparable_predictions as p
  on p.plan_id = :plan_id
left join _predicted_changes as g
  on g.plan_id = p.plan_id
  and g.issue_key = i.issue_key
  and g.change = 'appears'
where i.run_id = n.run_id
  and exists (
    select 1
    from written as w
    where (w.user_id is not null and i.user_id = w.user_id)
      or (w.user_id is null and i.organization_id = w.organization_id)
  )
  and not exists (
    select 1
    from _plans as p
    cross join issues as b
    where p.plan_id = :plan_id
      and b.run_id = p.run_id
      and b.issue_key = i.issue_key
  )
order by i.issue_key
