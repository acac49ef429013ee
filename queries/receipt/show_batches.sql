-- One row per live apply over the two snapshots of a run, in their order: what became of the repairs of its plan.
--
-- :run_id is the run.
with
  -- One row per live apply over the two snapshots.
  batch as (
    select
      s.attempt_id as attempt_id,
      s.plan_id as plan_id,
      s.at as started_at,
      z.stopped_by as stopped_by,
      case when z.event_id is null then 'broken_off' else 'ended' end as state
    from runs as r
    cross join runs as b
    cross join _plans as p
    cross join apply_events as s
    left join apply_events as z
      on z.attempt_id = s.attempt_id
      and z.kind = 'apply_ended'
    where r.run_id = :run_id
      and b.zendesk_snapshot_id = r.zendesk_snapshot_id
      and b.salesforce_snapshot_id = r.salesforce_snapshot_id
      and p.run_id = b.run_id
      and s.plan_id = p.plan_id
      and s.mode = 'live'
      and s.kind = 'apply_started'
  ),
  -- One row per repair of each, with what became of it; null where an apply was broken off before.
  repair as (
    select
      b.attempt_id as attempt_id,
      e.outcome as outcome
    from batch as b
    cross join plan_actions as a
    left join apply_events as e
      on e.attempt_id = b.attempt_id
      and e.position = a.position
      and e.kind = 'outcome'
    where a.plan_id = b.plan_id
      and a.status = 'planned'
  )
select
  b.plan_id as plan_id,
  b.started_at as started_at,
  b.state as state,
  count(*) as repairs,
  sum(case when e.outcome = 'applied' then 1 else 0 end) as applied,
  sum(case when e.outcome = 'already_in_place' then 1 else 0 end) as in_place,
  sum(case when e.outcome = 'skipped_stale' then 1 else 0 end) as stale,
  sum(case when e.outcome = 'failed' then 1 else 0 end) as failed,
  sum(case when e.outcome = 'unknown' then 1 else 0 end) as unknown,
  sum(case when e.outcome = 'not_attempted' or e.outcome is null then 1 else 0 end) as not_attempted,
  b.stopped_by as stopped_by
from batch as b
cross join repair as e
where e.attempt_id = b.attempt_id
group by b.attempt_id, b.plan_id, b.started_at, b.state, b.stopped_by
order by b.attempt_id
