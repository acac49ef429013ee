-- One row per row of a plan, with the names that people know records by.
select
  a.plan_id as plan_id,
  a.position as position,
  a.status as status,
  a.action as action,
  a.blocked_reason as blocked_reason,
  a.action_id as action_id,
  a.depends_on as depends_on,
  a.issue_key as issue_key,
  a.code as code,
  a.account_id as account_id,
  s.account_name as account_name,
  a.organization_id as organization_id,
  o.name as organization_name,
  a.user_id as user_id,
  u.email as user_email,
  a.membership_id as membership_id,
  a.domain as domain,
  a.new_value as new_value,
  a.expected as expected,
  a.preconditions as preconditions,
  a.blast_radius as blast_radius,
  (
    select k.decided_by
    from _issue_versions as v
    cross join _decisions as k
    where v.issue_key = a.issue_key
      and v.valid_from <= p.run_id
      and p.run_id < v.valid_to
      and k.decision_id = v.accepted_decision_id
  ) as accepted_by
from plan_actions as a
join _plans as p
  on p.plan_id = a.plan_id
join runs as r
  on r.run_id = p.run_id
left join _account_versions as s
  on s.account_id = a.account_id
  and s.valid_from <= r.salesforce_snapshot_id
  and r.salesforce_snapshot_id < s.valid_to
left join _organization_versions as o
  on o.organization_id = a.organization_id
  and o.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < o.valid_to
left join _user_versions as u
  on u.user_id = a.user_id
  and u.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < u.valid_to
