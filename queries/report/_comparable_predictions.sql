-- One row per plan of which something was foreseen that later runs can be compared with: no other plan over the same
-- two snapshots was applied live, which would have changed what it was foreseen from.
select
  p.plan_id as plan_id,
  p.run_id as run_id
from _predictions as q
cross join _plans as p
cross join runs as r
where p.plan_id = q.plan_id
  and r.run_id = p.run_id
  and not exists (
    select 1
    from apply_events as e
    cross join _plans as o
    cross join runs as m
    where e.mode = 'live'
      and e.kind = 'apply_started'
      and e.plan_id <> q.plan_id
      and o.plan_id = e.plan_id
      and m.run_id = o.run_id
      and m.salesforce_snapshot_id = r.salesforce_snapshot_id
      and m.zendesk_snapshot_id = r.zendesk_snapshot_id
  )
