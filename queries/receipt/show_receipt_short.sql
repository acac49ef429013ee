-- One row per row of the plan of an apply, with the columns that fit a terminal and the names of the records.
select
  r.position as no,
  r.outcome as outcome,
  coalesce(r.reason, 'risk accepted by ' || r.accepted_by) as reason,
  r.action as action,
  s.account_name as account,
  coalesce(u.email, g.name, 'user ' || a.user_id, 'organization ' || a.organization_id)
    as record,
  r.issue_key as issue_key,
  r.http_status as status
from receipts as r
left join plan_actions as a
  on a.plan_id = r.plan_id
  and a.position = r.position
left join _plans as p
  on p.plan_id = r.plan_id
left join runs as n
  on n.run_id = p.run_id
left join _account_versions as s
  on s.account_id = a.account_id
  and s.valid_from <= n.salesforce_snapshot_id
  and n.salesforce_snapshot_id < s.valid_to
left join _organization_versions as g
  on g.organization_id = a.organization_id
  and g.valid_from <= n.zendesk_snapshot_id
  and n.zendesk_snapshot_id < g.valid_to
left join _user_versions as u
  on u.user_id = a.user_id
  and u.valid_from <= n.zendesk_snapshot_id
  and n.zendesk_snapshot_id < u.valid_to
