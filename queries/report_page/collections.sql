-- One row per collection of the two snapshots of a run: how far it was read.
--
-- :run_id is the run.
select
  s.source as source,
  c.collection as collection,
  c.outcome as outcome,
  c.reason as reason,
  c.row_count as row_count,
  c.bound_since as bound_since,
  c.unread_count as unread_count
from runs as r
cross join snapshots as s
cross join snapshot_collections as c
where r.run_id = :run_id
  and s.snapshot_id in (r.salesforce_snapshot_id, r.zendesk_snapshot_id)
  and c.snapshot_id = s.snapshot_id
order by s.source, c.collection
