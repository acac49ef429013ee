-- One row per drift issue of the run, the worst account first (as in the triage file), on each account in
-- the order in which repairs are applied.
select
  v.issue_key as issue_key,
  v.code as code,
  v.account_id as account_id,
  v.organization_id as organization_id,
  v.user_id as user_id,
  v.domain as domain,
  v.disposition as disposition,
  v.action as action,
  v.blocked_reason as blocked_reason,
  json_extract(v.evidence, '$.eligible_user_count') as eligible_user_count,
  json_extract(v.evidence, '$.open_ticket_count') as open_ticket_count,
  exists (
    select 1
    from _link_versions as l
    where l.account_id = v.account_id
      and l.valid_from <= :run_id
      and :run_id < l.valid_to
      and l.match_rule = 'domain'
  ) as is_matched_by_domain,
  json_extract(v.evidence, '$.accepted_risk') as accepted_risk
from _issue_versions as v
cross join run_coverage as k
cross join _triage_versions as t
where v.valid_from <= :run_id
  and :run_id < v.valid_to
  and k.run_id = :run_id
  and k.code = v.code
  and k.is_evaluated = 1
  and k.family = 'drift'
  and t.account_id = v.account_id
  and t.valid_from <= :run_id
  and :run_id < t.valid_to
order by
  case t.max_severity
    when 'critical' then 1
    when 'high' then 2
    when 'medium' then 3
    when 'low' then 4
    else 5
  end,
  t.blocked_action_count desc,
  t.prepared_action_count desc,
  t.total_issue_count desc,
  v.account_id,
  case v.action
    when 'set_org_external_id' then 1
    when 'add_org_domain' then 2
    when 'assign_user_to_org' then 3
    when 'move_user_to_org' then 4
    else 5
  end,
  v.domain,
  v.user_id,
  v.issue_key
