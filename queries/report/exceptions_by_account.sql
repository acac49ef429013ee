-- One row per account with issues in a run: the triage file.
--
-- A suppressed issue counts in the total and in suppressed_count, and in nothing else. Affected users are
-- all eligible users of the account where an issue of the account or its organization touches them all,
-- else the users that the issues name; affected tickets likewise.
with issue as (
  -- One row per drift issue of a run, with its rank by severity and layer.
  select
    r.run_id as run_id,
    r.salesforce_snapshot_id as salesforce_snapshot_id,
    r.zendesk_snapshot_id as zendesk_snapshot_id,
    v.account_id as account_id,
    v.issue_key as issue_key,
    v.code as code,
    v.subject_kind as subject_kind,
    v.user_id as user_id,
    v.ticket_id as ticket_id,
    v.disposition as disposition,
    case when v.disposition = 'suppressed' then null else v.blocked_reason end as blocked_reason,
    case when v.disposition = 'suppressed' then 0 else 1 end as is_counted,
    case q.severity
      when 'critical' then 1
      when 'high' then 2
      when 'medium' then 3
      else 4
    end as severity_rank,
    case q.layer when 'organization' then 1 when 'user' then 2 else 3 end as layer_rank
  from runs as r
  cross join run_coverage as k
  cross join _issue_versions as v
  cross join rule_versions as q
  where v.valid_from <= r.run_id
    and r.run_id < v.valid_to
    and k.run_id = r.run_id
    and k.code = v.code
    and k.is_evaluated = 1
    and k.family = 'drift'
    and q.code = v.code
    and q.version = v.rule_version
),
weighed as (
  -- One row per issue, with how often its code and its reason occur on the account.
  select
    i.run_id as run_id,
    i.salesforce_snapshot_id as salesforce_snapshot_id,
    i.zendesk_snapshot_id as zendesk_snapshot_id,
    i.account_id as account_id,
    i.issue_key as issue_key,
    i.code as code,
    i.subject_kind as subject_kind,
    i.user_id as user_id,
    i.ticket_id as ticket_id,
    i.disposition as disposition,
    i.blocked_reason as blocked_reason,
    i.is_counted as is_counted,
    i.severity_rank as severity_rank,
    i.layer_rank as layer_rank,
    count(*) over (partition by i.run_id, i.account_id, i.is_counted, i.code) as code_count,
    count(*) over (partition by i.run_id, i.account_id, i.blocked_reason) as reason_count
  from issue as i
),
placed as (
  -- One row per issue, with the place of its code and of its reason on the account.
  select
    w.run_id as run_id,
    w.salesforce_snapshot_id as salesforce_snapshot_id,
    w.zendesk_snapshot_id as zendesk_snapshot_id,
    w.account_id as account_id,
    w.issue_key as issue_key,
    w.code as code,
    w.subject_kind as subject_kind,
    w.user_id as user_id,
    w.ticket_id as ticket_id,
    w.disposition as disposition,
    w.blocked_reason as blocked_reason,
    w.is_counted as is_counted,
    w.severity_rank as severity_rank,
    dense_rank() over (
      partition by w.run_id, w.account_id
      order by w.is_counted desc, w.severity_rank, w.layer_rank, w.code_count desc, w.code
    ) as code_place,
    dense_rank() over (
      partition by w.run_id, w.account_id
      order by
        case when w.blocked_reason is null then 1 else 0 end,
        w.reason_count desc,
        w.blocked_reason
    ) as reason_place
  from weighed as w
),
total as (
  -- One row per account: the counts, the codes and the reasons.
  select
    i.run_id as run_id,
    i.salesforce_snapshot_id as salesforce_snapshot_id,
    i.zendesk_snapshot_id as zendesk_snapshot_id,
    i.account_id as account_id,
    count(*) as total_issue_count,
    sum(case when i.disposition = 'prepared' then 1 else 0 end) as prepared_action_count,
    sum(case when i.disposition = 'blocked' then 1 else 0 end) as blocked_action_count,
    sum(case when i.disposition = 'review' then 1 else 0 end) as review_count,
    sum(case when i.disposition = 'detect_only' then 1 else 0 end) as detect_only_count,
    sum(case when i.disposition = 'suppressed' then 1 else 0 end) as suppressed_count,
    min(case when i.is_counted = 1 then i.severity_rank else null end) as severity_rank,
    count(distinct case when i.is_counted = 1 then i.user_id else null end) as named_user_count,
    count(distinct case
      when i.is_counted = 1 and t.status in ('new', 'open', 'pending', 'hold') then i.ticket_id
      else null
    end) as named_open_ticket_count,
    max(case
      when i.is_counted = 1 and i.subject_kind in ('account', 'organization') then 1
      else 0
    end) as is_whole_account,
    max(case when i.is_counted = 1 and i.code_place = 1 then i.code else null end) as first_code,
    max(case when i.is_counted = 1 and i.code_place = 2 then i.code else null end) as second_code,
    max(case when i.is_counted = 1 and i.code_place = 3 then i.code else null end) as third_code,
    max(case when i.reason_place = 1 then i.blocked_reason else null end) as first_reason,
    max(case when i.reason_place = 2 then i.blocked_reason else null end) as second_reason,
    max(case when i.reason_place = 3 then i.blocked_reason else null end) as third_reason,
    min((
      select min(h.valid_from)
      from _issue_versions as h
      where h.issue_key = i.issue_key
    )) as first_seen_run
  from placed as i
  left join _ticket_versions as t
    on t.ticket_id = i.ticket_id
    and t.valid_from <= i.zendesk_snapshot_id
    and i.zendesk_snapshot_id < t.valid_to
  group by i.run_id, i.salesforce_snapshot_id, i.zendesk_snapshot_id, i.account_id
)
select
  t.run_id as run_id,
  t.account_id as sf_account_id,
  a.account_name as account_name,
  a.owner as owner,
  case
    when t.blocked_action_count > 0 then 'blocked'
    when t.prepared_action_count > 0 then 'ready'
    when t.review_count > 0 then 'review'
    when t.detect_only_count > 0 then 'tickets_only'
    else 'suppressed'
  end as triage_status,
  t.total_issue_count as total_issue_count,
  t.prepared_action_count as prepared_action_count,
  t.blocked_action_count as blocked_action_count,
  t.review_count as review_count,
  t.detect_only_count as detect_only_count,
  t.suppressed_count as suppressed_count,
  case t.severity_rank
    when 1 then 'critical'
    when 2 then 'high'
    when 3 then 'medium'
    when 4 then 'low'
    else null
  end as max_severity,
  case
    when t.is_whole_account = 1 and p.eligible_user_count > t.named_user_count then p.eligible_user_count
    else t.named_user_count
  end as affected_user_count,
  case
    when t.is_whole_account = 1 and p.open_ticket_count > t.named_open_ticket_count then p.open_ticket_count
    else t.named_open_ticket_count
  end as affected_open_ticket_count,
  t.first_code
  || coalesce(', ' || t.second_code, '')
  || coalesce(', ' || t.third_code, '') as top_issue_codes,
  t.first_reason
  || coalesce(', ' || t.second_reason, '')
  || coalesce(', ' || t.third_reason, '') as top_blocked_reasons,
  cast(l.organization_id as text) as zendesk_org_id,
  'https://'
  || case
    when instr(z.source_identity, '/') > 0 then
      substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
    else z.source_identity
  end
  || '.zendesk.com/agent/organizations/' || cast(l.organization_id as text) as zendesk_org_url,
  l.link_state as link_state,
  t.first_seen_run as first_seen_run,
  case
    when t.blocked_action_count > 0 then case t.first_code
      when 'org_duplicate_external_id' then 'Decide which organization stays and merge the others into it'
      when 'org_external_id_conflict' then 'Find out whose organization it is'
      when 'org_missing_external_id' then 'Confirm which organization is the account''s'
      when 'org_domain_attached_elsewhere' then 'Decide who owns the domain'
      when 'user_domain_ambiguous' then 'Decide which account owns the domain'
      else 'Look at the blocked reasons and decide'
    end
    when t.prepared_action_count > 0 then 'Review the plan and apply it'
    when t.review_count > 0 then case t.first_code
      when 'account_missing_zendesk_org' then 'Create or relink the organization'
      else 'Review the issues'
    end
    when t.detect_only_count > 0 then 'Repair the requesters'' memberships, then audit again'
    else 'Nothing to do until the suppression ends'
  end as suggested_next_step
from total as t
cross join _link_versions as l
cross join snapshots as z
left join _account_versions as a
  on a.account_id = t.account_id
  and a.valid_from <= t.salesforce_snapshot_id
  and t.salesforce_snapshot_id < a.valid_to
left join _account_people_versions as p
  on p.account_id = t.account_id
  and p.valid_from <= t.run_id
  and t.run_id < p.valid_to
where l.account_id = t.account_id
  and l.valid_from <= t.run_id
  and t.run_id < l.valid_to
  and z.snapshot_id = t.zendesk_snapshot_id
