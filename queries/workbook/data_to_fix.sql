-- One row per entry that is wrong in itself: a row that was not read, a doubtful value, a finding of hygiene. The sheet
-- Data to fix.
--
-- :run_id is the run. :owner is the owner whose accounts are wanted; null: everybody's, empty: those without one; rows
-- that belong to no known account are everybody's only. :is_redacted is 1 where values about users are left out.
-- reason is a word of queries/input_reasons.csv; null for findings, which come with their words.
with place as (
  -- One row: the run, its snapshots, the address of its Zendesk account.
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
  from runs as r
  cross join snapshots as z
  where r.run_id = :run_id
    and z.snapshot_id = r.zendesk_snapshot_id
),
entry as (
  -- One row per entry: where it stands, what it says, whose it is.
  select
    1 as kind,
    'salesforce' as source,
    'row not read' as record_kind,
    j.account_id as subject_id,
    j.account_id as account_id,
    j.line as line,
    j.column_name as column_name,
    j.value as value,
    j.reason as reason,
    null as meaning,
    null as next_step
  from place as p
  cross join ingest_rejections as j
  where j.snapshot_id = p.salesforce_snapshot_id
  union all
  select
    2,
    s.source,
    replace(w.subject_kind, '_', ' '),
    w.subject_id,
    case when w.subject_kind = 'account' then w.subject_id end,
    w.line,
    w.column_name,
    case when :is_redacted = 1 and w.subject_kind = 'user' then null else w.value end,
    w.reason,
    null,
    null
  from place as p
  cross join snapshots as s
  cross join ingest_warnings as w
  where s.snapshot_id in (p.salesforce_snapshot_id, p.zendesk_snapshot_id)
    and w.snapshot_id = s.snapshot_id
  union all
  select
    3,
    case when d.subject_kind = 'account' then 'salesforce' else 'zendesk' end,
    d.subject_kind,
    d.subject_id,
    d.account_id,
    null,
    case d.code
      when 'stored_org_id_dangling' then 'stored organization id'
      when 'external_id_not_canonical' then 'external_id'
      when 'orphan_org' then 'external_id'
      when 'personal_domain_on_org' then 'domain_names'
      when 'email_domain_outside_org' then 'email domain'
    end,
    coalesce(
      d.domain,
      cast(json_extract(d.evidence, '$.external_id') as text),
      cast(json_extract(d.evidence, '$.stored_organization_id') as text)
    ),
    null,
    d.reason,
    q.next_step
  from _issue_details as d
  cross join rule_versions as q
  where d.run_id = :run_id
    and d.family = 'hygiene'
    and d.disposition <> 'suppressed'
    and q.code = d.code
    and q.version = d.rule_version
)
select
  e.source as source,
  e.record_kind as record_kind,
  case
    when e.record_kind = 'organization' then o.name
    when e.record_kind = 'user' then case when :is_redacted = 0 then u.name end
    else a.account_name
  end as record_name,
  e.subject_id as subject_id,
  case e.record_kind
    when 'organization' then p.agent_url || 'organizations/' || e.subject_id
    when 'user' then p.agent_url || 'users/' || e.subject_id
  end as subject_url,
  a.owner as owner,
  e.line as line,
  e.column_name as column_name,
  e.value as value,
  e.reason as reason,
  e.meaning as meaning,
  e.next_step as next_step
from place as p
cross join entry as e
left join _account_versions as a
  on a.account_id = e.account_id
  and a.valid_from <= p.salesforce_snapshot_id
  and p.salesforce_snapshot_id < a.valid_to
left join _organization_versions as o
  on o.organization_id = case when e.record_kind = 'organization' then cast(e.subject_id as integer) end
  and o.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < o.valid_to
left join _user_versions as u
  on u.user_id = case when e.record_kind = 'user' then cast(e.subject_id as integer) end
  and u.valid_from <= p.zendesk_snapshot_id
  and p.zendesk_snapshot_id < u.valid_to
where :owner is null
  or (a.account_id is not null and coalesce(a.owner, '') = :owner)
order by e.kind, e.source, e.record_kind, e.line, e.subject_id, e.column_name
