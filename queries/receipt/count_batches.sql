-- One row per outcome: how many repairs it was the last word on, over all live applies over the two snapshots of a run. A
-- repair of several plans counts once.
--
-- :run_id is the run.
with
  -- One row per repair that was decided: where that was last.
  decided as (
    select
      a.action_id as action_id,
      max(e.event_id) as event_id
    from runs as r
    cross join runs as b
    cross join _plans as p
    cross join apply_events as e
    cross join plan_actions as a
    where r.run_id = :run_id
      and b.zendesk_snapshot_id = r.zendesk_snapshot_id
      and b.salesforce_snapshot_id = r.salesforce_snapshot_id
      and p.run_id = b.run_id
      and e.plan_id = p.plan_id
      and e.mode = 'live'
      and e.kind = 'outcome'
      and a.plan_id = e.plan_id
      and a.position = e.position
      and a.status = 'planned'
    group by a.action_id
  )
select
  e.outcome as outcome,
  count(*) as repairs
from decided as d
cross join apply_events as e
where e.event_id = d.event_id
group by e.outcome
order by e.outcome
