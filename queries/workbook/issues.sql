-- One row per issue of a run, with every name that a person needs to act on it: the sheet Issues.
--
-- :run_id is the run. :owner is the owner whose accounts are wanted; null: everybody's, empty: those without one.
-- account_tickets_url is a search of the agent's interface: by type, and by the organization's id, never by a name.
-- age_days counts from the day on which the issue was first seen to the day the records of the run speak about.
with place as (
  -- One row: the run, its snapshots, the address of its Zendesk account.
  select
    r.run_id as run_id,
    r.salesforce_snapshot_id as salesforce_snapshot_id,
    r.zendesk_snapshot_id as zendesk_snapshot_id,
    r.as_of as as_of,
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
),
wanted as materialized (
  -- One row per issue that is wanted, in the order of the sheet, which is kept from here on: only the keys are sorted,
  -- and what a row says is put together when its turn comes.
  select
    d.issue_key as issue_key,
    row_number() over (
      order by
        d.severity_rank,
        case d.layer when 'organization' then 1 when 'user' then 2 else 3 end,
        d.account_id,
        d.issue_key
    ) as place
  from _issue_details as d
  where d.run_id = :run_id
    and d.family = 'drift'
    and (:owner is null or coalesce(d.owner, '') = :owner)
),
word as (
  -- One row per issue that somebody said something about: the newest word.
  select
    k.issue_key as issue_key,
    k.decision as decision,
    k.until as until_on,
    k.assignee as assignee,
    k.note as note,
    k.decided_by as decided_by,
    substr(k.decided_at, 1, 10) as decided_on,
    k.is_in_force as is_in_force
  from decisions as k
  where k.issue_key is not null
    and not exists (
      select 1
      from _decisions as n
      where n.issue_key = k.issue_key
        and n.decision_id > k.decision_id
    )
)
select
  i.account_name as account_name,
  i.owner as owner,
  i.disposition as disposition,
  q.title as title,
  i.reason as reason,
  b.meaning as blocked_meaning,
  case
    when i.disposition = 'suppressed' then
      'Nothing until ' || s.expires_on || ': ' || s.reason || ' (' || s.owner || ')'
    else coalesce(b.what_to_do, q.next_step)
  end as what_to_do,
  coalesce(i.domain, e.domain) as domain,
  u.name as user_name,
  u.email as user_email,
  case
    when c.organization_id is not null then c.name
    when coalesce(t.organization_id, case when i.subject_kind = 'user' then u.default_organization_id end) is not null
      then 'an organization that was not read'
    when i.layer <> 'organization' then 'none'
  end as actual_organization_name,
  o.name as organization_name,
  l.match_rule as match_rule,
  i.severity as severity,
  substr(f.as_of, 1, 10) as first_seen_on,
  cast(julianday(substr(p.as_of, 1, 10)) - julianday(substr(f.as_of, 1, 10)) as integer) as age_days,
  i.account_id as account_id,
  i.organization_id as organization_id,
  p.agent_url || 'organizations/' || cast(i.organization_id as text) as organization_url,
  i.user_id as user_id,
  p.agent_url || 'users/' || cast(i.user_id as text) as user_url,
  i.ticket_id as ticket_id,
  p.agent_url || 'tickets/' || cast(i.ticket_id as text) as ticket_url,
  p.agent_url || 'search/1?type=ticket&q=organization%3A' || cast(l.organization_id as text) as account_tickets_url,
  case when w.is_in_force = 1 then w.decision end as decision,
  case when w.is_in_force = 1 then w.until_on end as until_on,
  w.assignee as assignee,
  w.note as note,
  case
    when w.decision is null then null
    else w.decision || ' by ' || w.decided_by || ' on ' || w.decided_on
      || case when w.is_in_force = 1 then '' else ', no longer in force' end
  end as decided,
  i.issue_key as issue_key,
  i.fingerprint as fingerprint
from place as p
cross join wanted as n
cross join _issue_details as i
cross join rule_versions as q
left join runs as f
  on f.run_id = (
    select min(g.run_id)
    from _issue_versions as v
    cross join runs as g
    where v.issue_key = i.issue_key
      and g.run_id = v.valid_from
  )
left join _link_versions as l
  on l.account_id = i.account_id
  and l.valid_from <= p.run_id
  and p.run_id < l.valid_to
left join _organization_versions as o
  on o.organization_id = i.organization_id
  and o.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < o.valid_to
left join _user_versions as u
  on u.user_id = i.user_id
  and u.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < u.valid_to
left join _domains as e
  on e.domain_id = u.email_domain_id
left join _ticket_versions as t
  on t.ticket_id = case when i.subject_kind = 'ticket' then i.ticket_id end
  and t.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < t.valid_to
left join _organization_versions as c
  on c.organization_id
    = coalesce(t.organization_id, case when i.subject_kind = 'user' then u.default_organization_id end)
  and c.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < c.valid_to
left join _blocked_reasons as b
  on b.reason = i.blocked_reason
left join suppressions as s
  on s.suppression_id = i.suppressed_by
left join word as w
  on w.issue_key = i.issue_key
where i.run_id = :run_id
  and i.issue_key = n.issue_key
  and q.code = i.code
  and q.version = i.rule_version
