-- One row per plan: what was asked for, how much it would repair, whether it was used, and whether it still
-- speaks of now.
--
-- Rules, personal domains and suppressions that changed since its run do not show here.
select
  p.plan_id as plan_id,
  p.plan_hash as plan_hash,
  p.run_id as run_id,
  cast(
    case
      when exists (
        select 1
        from apply_events as e
        cross join apply_events as z
        where e.plan_id = p.plan_id
          and e.mode = 'live'
          and e.kind = 'apply_started'
          and z.attempt_id = e.attempt_id
          and z.kind = 'apply_ended'
      ) then 'applied'
      when exists (
        select 1
        from apply_events as e
        where e.plan_id = p.plan_id
          and e.mode = 'live'
          and e.kind = 'apply_started'
      ) then 'broken_off'
      when exists (
        select 1
        from runs as r
        cross join snapshots as o
        cross join snapshots as s
        where r.run_id = p.run_id
          and o.snapshot_id in (r.salesforce_snapshot_id, r.zendesk_snapshot_id)
          and s.source = o.source
          and s.snapshot_id > o.snapshot_id
      ) then 'outdated'
      when not exists (
        select 1
        from plan_actions as a
        where a.plan_id = p.plan_id
          and a.status = 'planned'
      ) then 'empty'
      else 'ready'
    end as text
  ) as state,
  cast(
    case
      when exists (
        select 1
        from runs as r
        cross join snapshots as o
        cross join snapshots as s
        where r.run_id = p.run_id
          and o.snapshot_id in (r.salesforce_snapshot_id, r.zendesk_snapshot_id)
          and s.source = o.source
          and s.snapshot_id > o.snapshot_id
      ) then 1
      else 0
    end as bigint
  ) as is_outdated,
  p.created_at as created_at,
  p.tool_version as tool_version,
  p.source_identity as source_identity,
  p.filters as filters,
  cast(
    (
      select count(*)
      from plan_actions as a
      where a.plan_id = p.plan_id
        and a.status = 'planned'
    ) as bigint
  ) as planned_count,
  cast(
    (
      select count(*)
      from plan_actions as a
      where a.plan_id = p.plan_id
        and a.status = 'deferred'
    ) as bigint
  ) as deferred_count,
  cast(
    (
      select count(*)
      from plan_actions as a
      where a.plan_id = p.plan_id
        and a.status = 'refused'
    ) as bigint
  ) as refused_count
from _plans as p
