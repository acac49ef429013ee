-- One row per apply: what it was asked for, whether it came to its end, and how it ended.
select
  e.attempt_id as attempt_id,
  e.plan_id as plan_id,
  e.plan_hash as plan_hash,
  e.mode as mode,
  cast(case when z.event_id is null then 'broken_off' else 'ended' end as text) as state,
  e.at as started_at,
  z.at as ended_at,
  z.stopped_by as stopped_by,
  e.source_identity as source_identity,
  e.tool_version as tool_version,
  cast(
    (
      select count(*)
      from apply_events as r
      where r.attempt_id = e.attempt_id
        and r.kind = 'apply_resumed'
    ) as bigint
  ) as resumed_count,
  cast(
    (
      select count(*)
      from apply_events as w
      where w.attempt_id = e.attempt_id
        and w.kind = 'intent'
    ) as bigint
  ) as write_count,
  z.hash as head
from apply_events as e
left join apply_events as z
  on z.attempt_id = e.attempt_id
  and z.kind = 'apply_ended'
where e.kind = 'apply_started'
