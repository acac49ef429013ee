-- One row per collection of two snapshots (?1 of Salesforce, ?2 of Zendesk) that was not read to its end.
select
  c.collection as collection,
  c.outcome as outcome,
  c.reason as reason,
  c.bound_since as bound_since
from snapshot_collections as c
where c.snapshot_id in (?1, ?2)
  and c.outcome <> 'complete'
order by c.collection
