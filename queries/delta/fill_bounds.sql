-- One row: the snapshots of the run before, whose links are still kept, and of this one.
insert into temp.delta_bounds (
  old_run_id, old_salesforce_snapshot_id, old_zendesk_snapshot_id, salesforce_snapshot_id, zendesk_snapshot_id
)
select
  r.run_id, r.salesforce_snapshot_id, r.zendesk_snapshot_id, c.salesforce_snapshot_id, c.zendesk_snapshot_id
from _run_context as c
cross join _delta_base as b
cross join runs as r
where r.run_id = b.run_id
