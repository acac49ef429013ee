-- One row per row of a plan, with the columns that fit a terminal.
select
  a.position as no,
  a.action as action,
  s.account_name as account,
  a.account_id as account_id,
  case
    when a.user_id is null then coalesce(o.name, 'organization ' || a.organization_id)
    else coalesce(u.email, 'user ' || a.user_id)
  end as record,
  coalesce(a.user_id, a.organization_id) as record_id,
  case a.action
    when 'set_org_external_id' then 'external_id: blank -> ' || json_extract(a.new_value, '$.external_id')
    when 'add_org_domain' then 'domain_names: + ' || a.domain
    when 'assign_user_to_org' then 'new membership of ' || coalesce(o.name, a.organization_id)
    when 'move_user_to_org' then
      'default: ' || coalesce(f.name, json_extract(a.expected, '$.default_organization_id'), 'none')
      || ' -> ' || coalesce(o.name, a.organization_id)
  end as change,
  case a.action
    when 'set_org_external_id' then
      'members: ' || json_extract(a.blast_radius, '$.member_count') || '; a native sync can match it'
    when 'add_org_domain' then
      'users that Zendesk adds: ' || json_extract(a.blast_radius, '$.pulled_in_user_count')
      || ', their open tickets: ' || json_extract(a.blast_radius, '$.open_ticket_count')
    when 'assign_user_to_org' then
      'open tickets: ' || json_extract(a.blast_radius, '$.open_ticket_count') || '; '
      || case
        when json_extract(a.blast_radius, '$.becomes_default') then 'becomes the default'
        else 'the default stays; the next plan proposes the move'
      end
    when 'move_user_to_org' then 'open tickets: ' || json_extract(a.blast_radius, '$.open_ticket_count')
  end
  || coalesce(
    '; risk accepted by '
    || (
      select k.decided_by
      from _issue_versions as v
      cross join _decisions as k
      where v.issue_key = a.issue_key
        and v.valid_from <= p.run_id
        and p.run_id < v.valid_to
        and k.decision_id = v.accepted_decision_id
    ),
    ''
  ) as affects,
  l.match_rule as matched_by
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
left join _organization_versions as f
  on f.organization_id = cast(json_extract(a.expected, '$.default_organization_id') as integer)
  and f.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < f.valid_to
left join _user_versions as u
  on u.user_id = a.user_id
  and u.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < u.valid_to
left join _link_versions as l
  on l.account_id = a.account_id
  and l.valid_from <= p.run_id
  and p.run_id < l.valid_to
