-- One row per live apply over the two snapshots of a run: its last event, or none where it was broken off. The newest
-- apply comes first.
select
  s.plan_id as plan_id,
  z.event_id as event_id,
  z.hash as hash
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
order by s.event_id desc
