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
with issue as not materialized (
  -- One row per drift issue, with its rank by severity and layer.
  select
    d.account_id as account_id,
    d.layer as layer,
    d.code as code,
    d.subject_kind as subject_kind,
    d.user_id as user_id,
    d.is_open_ticket as is_open_ticket,
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
code_count as (
  -- One row per account and code of counted issues.
  select
    i.account_id as account_id,
    i.code as code,
    i.severity_rank as severity_rank,
    i.layer_rank as layer_rank,
    count(*) as issue_count
  from issue as i
  where i.is_counted = 1
  group by i.account_id, i.layer, i.code
),
code_place as (
  -- The same, with the place of the code on the account.
  select
    n.account_id as account_id,
    n.code as code,
    row_number() over (
      partition by n.account_id
      order by n.severity_rank, n.layer_rank, n.issue_count desc, n.code
    ) as place
  from code_count as n
),
reason_count as (
  -- One row per account and reason of refusal.
  select
    i.account_id as account_id,
    i.blocked_reason as blocked_reason,
    count(*) as issue_count
  from issue as i
  where i.blocked_reason is not null
  group by i.account_id, i.blocked_reason
),
reason_place as (
  -- The same, with the place of the reason on the account.
  select
    n.account_id as account_id,
    n.blocked_reason as blocked_reason,
    row_number() over (
      partition by n.account_id
      order by n.issue_count desc, n.blocked_reason
    ) as place
  from reason_count as n
),
part as (
  -- Rows of an account that are to be put together: its counts, its codes, its reasons.
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
    -- Every ticket has one issue at most.
    sum(i.is_counted = 1 and i.is_open_ticket = 1) as named_open_ticket_count,
    max(i.is_counted = 1 and i.subject_kind in ('account', 'organization')) as is_whole_account,
    null as code,
    null as code_place,
    null as reason,
    null as reason_place
  from issue as i
  group by i.account_id
  union all
  select
    p.account_id, null, null, null, null, null, null, null, null, null, null, p.code, p.place, null, null
  from code_place as p
  where p.place <= 3
  union all
  select
    p.account_id, null, null, null, null, null, null, null, null, null, null, null, null, p.blocked_reason, p.place
  from reason_place as p
  where p.place <= 3
),
total as (
  -- One row per account.
  select
    p.account_id as account_id,
    max(p.total_issue_count) as total_issue_count,
    max(p.prepared_action_count) as prepared_action_count,
    max(p.blocked_action_count) as blocked_action_count,
    max(p.review_count) as review_count,
    max(p.detect_only_count) as detect_only_count,
    max(p.suppressed_count) as suppressed_count,
    max(p.severity_rank) as severity_rank,
    max(p.named_user_count) as named_user_count,
    coalesce(max(p.named_open_ticket_count), 0) as named_open_ticket_count,
    max(p.is_whole_account) as is_whole_account,
    max(case when p.code_place = 1 then p.code end) as first_code,
    max(case when p.code_place = 2 then p.code end) as second_code,
    max(case when p.code_place = 3 then p.code end) as third_code,
    max(case when p.reason_place = 1 then p.reason end) as first_reason,
    max(case when p.reason_place = 2 then p.reason end) as second_reason,
    max(case when p.reason_place = 3 then p.reason end) as third_reason
  from part as p
  group by p.account_id
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
  coalesce(s.first_seen_run, c.run_id)
from _run_context as c
cross join total as t
cross join _link_account as l
left join _link_account_people as p
  on p.account_id = t.account_id
left join temp.first_seen as s
  on s.account_id = t.account_id
where l.account_id = t.account_id
