-- One row per collection: how far it was read in the snapshots of two runs, and whether they can be compared.
--
-- Parameters: :old_run_id, :new_run_id. A snapshot differs in nothing from itself, however far it was read.
with snapshot_pair as (
  -- One row per source.
  select
    'salesforce' as source,
    o.salesforce_snapshot_id as old_snapshot_id,
    n.salesforce_snapshot_id as new_snapshot_id
  from runs as o
  cross join runs as n
  where o.run_id = :old_run_id
    and n.run_id = :new_run_id
  union all
  select
    'zendesk' as source,
    o.zendesk_snapshot_id as old_snapshot_id,
    n.zendesk_snapshot_id as new_snapshot_id
  from runs as o
  cross join runs as n
  where o.run_id = :old_run_id
    and n.run_id = :new_run_id
)
select
  k.kind as kind,
  k.collection as collection,
  case
    when r.old_snapshot_id = r.new_snapshot_id then 1
    when a.outcome = 'complete' and b.outcome = 'complete' then 1
    else 0
  end as is_comparable,
  coalesce(a.outcome, 'skipped') || coalesce(' (' || a.reason || ')', '') as old_outcome,
  coalesce(b.outcome, 'skipped') || coalesce(' (' || b.reason || ')', '') as new_outcome
from snapshot_pair as r
cross join (
  -- One row per kind of record.
  select 'account' as kind, 'accounts' as collection, 'salesforce' as source
  union all
  select 'organization', 'organizations', 'zendesk'
  union all
  select 'user', 'users', 'zendesk'
  union all
  select 'membership', 'organization_memberships', 'zendesk'
  union all
  select 'ticket', 'tickets', 'zendesk'
) as k
left join snapshot_collections as a
  on a.snapshot_id = r.old_snapshot_id
  and a.collection = k.collection
left join snapshot_collections as b
  on b.snapshot_id = r.new_snapshot_id
  and b.collection = k.collection
where k.source = r.source
order by r.source, k.kind
