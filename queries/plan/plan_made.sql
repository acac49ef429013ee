-- One row per repair that live applies over the two snapshots of a run made, may have made, found stale or failed to make,
-- until :event_id; in the order in which they were decided.
select
  a.action_id as action_id,
  a.action as action,
  a.account_id as account_id,
  a.organization_id as organization_id,
  a.user_id as user_id,
  a.membership_id as membership_id,
  a.domain as domain,
  e.outcome as outcome,
  e.reason as reason
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
  and e.outcome in ('applied', 'already_in_place', 'unknown', 'skipped_stale', 'failed')
  and e.event_id <= :event_id
  and a.plan_id = e.plan_id
  and a.position = e.position
  and a.status = 'planned'
order by e.event_id
