-- One row per repair of a plan, planned or deferred, in the order of the plan: the sheet Plan.
--
-- :plan_id is the plan. :owner is the owner whose accounts are wanted; null: everybody's, empty: those without one.
with place as (
  -- One row: the plan, its run, its snapshots, the address of its Zendesk account.
  select
    r.run_id as run_id,
    r.salesforce_snapshot_id as salesforce_snapshot_id,
    r.zendesk_snapshot_id as zendesk_snapshot_id,
    'https://'
    || case
      when instr(z.source_identity, '/') > 0 then
        substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
      else z.source_identity
    end
    || '.zendesk.com/agent/' as agent_url
  from _plans as m
  cross join runs as r
  cross join snapshots as z
  where m.plan_id = :plan_id
    and r.run_id = m.run_id
    and z.snapshot_id = r.zendesk_snapshot_id
)
select
  a.position as position,
  a.status as status,
  a.blocked_reason as deferred_because,
  s.account_name as account_name,
  s.owner as owner,
  a.action as action,
  o.name as organization_name,
  u.name as user_name,
  u.email as user_email,
  case a.action
    when 'set_org_external_id' then 'external_id: blank -> ' || coalesce(json_extract(a.new_value, '$.external_id'), a.account_id)
    when 'add_org_domain' then 'domain_names: + ' || a.domain
    when 'assign_user_to_org' then 'new membership of ' || coalesce(o.name, cast(a.organization_id as text))
    when 'move_user_to_org' then
      'default organization: '
      || coalesce(
        f.name,
        cast(json_extract(a.expected, '$.default_organization_id') as text),
        case when a.status = 'planned' then 'none' else 'present' end
      )
      || ' -> ' || coalesce(o.name, cast(a.organization_id as text))
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
        when json_extract(a.blast_radius, '$.becomes_default') then 'becomes the default organization'
        else 'the default organization stays; the next plan proposes the move'
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
  l.match_rule as match_rule,
  (
    select group_concat(cast(b.position as text), ', ')
    from json_each(a.depends_on) as j
    cross join plan_actions as b
    where b.plan_id = a.plan_id
      and b.action_id = j.value
  ) as waits_for,
  a.account_id as account_id,
  a.organization_id as organization_id,
  p.agent_url || 'organizations/' || cast(a.organization_id as text) as organization_url,
  a.user_id as user_id,
  p.agent_url || 'users/' || cast(a.user_id as text) as user_url,
  a.issue_key as issue_key
from place as p
cross join plan_actions as a
left join _account_versions as s
  on s.account_id = a.account_id
  and s.valid_from <= p.salesforce_snapshot_id
  and p.salesforce_snapshot_id < s.valid_to
left join _link_versions as l
  on l.account_id = a.account_id
  and l.valid_from <= p.run_id
  and p.run_id < l.valid_to
left join _organization_versions as o
  on o.organization_id = a.organization_id
  and o.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < o.valid_to
left join _organization_versions as f
  on f.organization_id = cast(json_extract(a.expected, '$.default_organization_id') as integer)
  and f.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < f.valid_to
left join _user_versions as u
  on u.user_id = a.user_id
  and u.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < u.valid_to
where a.plan_id = :plan_id
  and a.status <> 'refused'
  and (:owner is null or coalesce(s.owner, '') = :owner)
order by a.position
