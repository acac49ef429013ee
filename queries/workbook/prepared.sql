-- One row per repair that a plan of a run could take: the sheet Plan where no plan was made yet.
--
-- :run_id is the run. :owner is the owner whose accounts are wanted; null: everybody's, empty: those without one.
with place as (
  -- One row: the run, its snapshots, the address of its Zendesk account.
  select
    r.run_id as run_id,
    r.zendesk_snapshot_id as zendesk_snapshot_id,
    'https://'
    || case
      when instr(z.source_identity, '/') > 0 then
        substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
      else z.source_identity
    end
    || '.zendesk.com/agent/' as agent_url
  from runs as r
  cross join snapshots as z
  where r.run_id = :run_id
    and z.snapshot_id = r.zendesk_snapshot_id
)
select
  null as position,
  'no plan yet' as status,
  null as deferred_because,
  d.account_name as account_name,
  d.owner as owner,
  d.action as action,
  o.name as organization_name,
  u.name as user_name,
  u.email as user_email,
  case d.action
    when 'set_org_external_id' then 'external_id: blank -> ' || d.account_id
    when 'add_org_domain' then 'domain_names: + ' || d.domain
    when 'assign_user_to_org' then 'new membership of ' || coalesce(o.name, cast(d.organization_id as text))
    when 'move_user_to_org' then
      'default organization: ' || coalesce(f.name, cast(d.actual_organization_id as text), 'none')
      || ' -> ' || coalesce(o.name, cast(d.organization_id as text))
  end as change,
  'see `orgdrift plan`' as affects,
  l.match_rule as match_rule,
  null as waits_for,
  d.account_id as account_id,
  d.organization_id as organization_id,
  p.agent_url || 'organizations/' || cast(d.organization_id as text) as organization_url,
  d.user_id as user_id,
  p.agent_url || 'users/' || cast(d.user_id as text) as user_url,
  d.issue_key as issue_key
from place as p
cross join _issue_details as d
left join _link_versions as l
  on l.account_id = d.account_id
  and l.valid_from <= p.run_id
  and p.run_id < l.valid_to
left join _organization_versions as o
  on o.organization_id = d.organization_id
  and o.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < o.valid_to
left join _organization_versions as f
  on f.organization_id = d.actual_organization_id
  and f.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < f.valid_to
left join _user_versions as u
  on u.user_id = d.user_id
  and u.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < u.valid_to
where d.run_id = :run_id
  and d.disposition = 'prepared'
  and (:owner is null or coalesce(d.owner, '') = :owner)
order by d.account_id, d.issue_key
