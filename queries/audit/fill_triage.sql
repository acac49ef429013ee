-- Counts the drift issues of each account.
--
-- A suppressed issue counts in the total and in suppressed_count, and in nothing else. Affected users are
-- all eligible users of the account where an issue of the account or its organization touches them all,
-- else the users that the issues name; affected tickets likewise.
insert into temp.triage (
  account_id, total_issue_count, prepared_action_count, blocked_action_count, review_count,
  detect_only_count, suppressed_count, max_severity, affected_user_count, affected_open_ticket_count,
  first_code, top_issue_codes, top_blocked_reasons, organization_id, link_state, first_seen_run
)
with issue as (
  -- One row per drift issue, with its rank by severity and layer.
  select
    d.account_id as account_id,
    d.issue_key as issue_key,
    d.code as code,
    d.subject_kind as subject_kind,
    d.user_id as user_id,
    d.ticket_id as ticket_id,
    d.disposition as disposition,
    case when d.disposition = 'suppressed' then null else d.blocked_reason end as blocked_reason,
    case when d.disposition = 'suppressed' then 0 else 1 end as is_counted,
    case q.severity
      when 'critical' then 1
      when 'high' then 2
      when 'medium' then 3
      else 4
    end as severity_rank,
    case d.layer when 'organization' then 1 when 'user' then 2 else 3 end as layer_rank
  from temp.detected as d
  cross join rule_versions as q
  where d.family = 'drift'
    and q.code = d.code
    and q.version = d.rule_version
),
weighed as (
  -- One row per issue, with how often its code and its reason occur on the account.
  select
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
    count(*) over (partition by i.account_id, i.is_counted, i.code) as code_count,
    count(*) over (partition by i.account_id, i.blocked_reason) as reason_count
  from issue as i
),
placed as (
  -- One row per issue, with the place of its code and of its reason on the account.
  select
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
      partition by w.account_id
      order by w.is_counted desc, w.severity_rank, w.layer_rank, w.code_count desc, w.code
    ) as code_place,
    dense_rank() over (
      partition by w.account_id
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
    i.account_id as account_id,
    count(*) as total_issue_count,
    sum(i.disposition = 'prepared') as prepared_action_count,
    sum(i.disposition = 'blocked') as blocked_action_count,
    sum(i.disposition = 'review') as review_count,
    sum(i.disposition = 'detect_only') as detect_only_count,
    sum(i.disposition = 'suppressed') as suppressed_count,
    min(case when i.is_counted = 1 then i.severity_rank end) as severity_rank,
    count(distinct case when i.is_counted = 1 then i.user_id end) as named_user_count,
    count(distinct case
      when i.is_counted = 1 and t.status in ('new', 'open', 'pending', 'hold') then i.ticket_id
    end) as named_open_ticket_count,
    max(i.is_counted = 1 and i.subject_kind in ('account', 'organization')) as is_whole_account,
    max(case when i.is_counted = 1 and i.code_place = 1 then i.code end) as first_code,
    max(case when i.is_counted = 1 and i.code_place = 2 then i.code end) as second_code,
    max(case when i.is_counted = 1 and i.code_place = 3 then i.code end) as third_code,
    max(case when i.reason_place = 1 then i.blocked_reason end) as first_reason,
    max(case when i.reason_place = 2 then i.blocked_reason end) as second_reason,
    max(case when i.reason_place = 3 then i.blocked_reason end) as third_reason,
    min((
      select min(h.valid_from)
      from _issue_versions as h
      where h.issue_key = i.issue_key
    )) as first_seen_run
  from _run_context as c
  cross join placed as i
  left join _ticket_versions as t
    on t.ticket_id = i.ticket_id
    and t.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < t.valid_to
  group by i.account_id
)
select
  t.account_id,
  t.total_issue_count,
  t.prepared_action_count,
  t.blocked_action_count,
  t.review_count,
  t.detect_only_count,
  t.suppressed_count,
  case t.severity_rank when 1 then 'critical' when 2 then 'high' when 3 then 'medium' when 4 then 'low' end,
  case
    when t.is_whole_account = 1 and c.is_users_known = 1 and p.eligible_user_count > t.named_user_count
      then p.eligible_user_count
    else t.named_user_count
  end,
  case
    when t.is_whole_account = 1 and c.is_tickets_known = 1 and p.open_ticket_count > t.named_open_ticket_count
      then p.open_ticket_count
    else t.named_open_ticket_count
  end,
  t.first_code,
  t.first_code || coalesce(', ' || t.second_code, '') || coalesce(', ' || t.third_code, ''),
  t.first_reason || coalesce(', ' || t.second_reason, '') || coalesce(', ' || t.third_reason, ''),
  l.organization_id,
  l.link_state,
  t.first_seen_run
from _run_context as c
cross join total as t
cross join _link_account as l
left join _link_account_people as p
  on p.account_id = t.account_id
where l.account_id = t.account_id
