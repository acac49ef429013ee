-- One row per account with drift issues: how many of which kind, and how much hangs on it.
--
-- A suppressed issue counts in the total and in suppressed_count, and in nothing else. Affected users and open tickets
-- are those that an issue of the account is about; open is whatever is neither closed nor deleted.
with code_count as (
  -- One row per account and code of counted issues.
  select
    d.account_id as account_id,
    d.code as code,
    d.severity as severity,
    d.layer as layer,
    count(*) as issue_count
  from detected as d
  where d.family = 'drift'
    and d.disposition <> 'suppressed'
  group by d.account_id, d.layer, d.code, d.severity
),
code_place as (
  -- The same, with the place of the code on the account.
  select
    n.account_id as account_id,
    n.code as code,
    row_number() over (
      partition by n.account_id
      order by
        case n.severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end,
        case n.layer when 'organization' then 1 when 'user' then 2 else 3 end,
        n.issue_count desc,
        n.code
    ) as place
  from code_count as n
),
reason_count as (
  -- One row per account and reason of refusal.
  select
    d.account_id as account_id,
    d.blocked_reason as blocked_reason,
    count(*) as issue_count
  from detected as d
  where d.family = 'drift'
    and d.disposition <> 'suppressed'
    and d.blocked_reason is not null
  group by d.account_id, d.blocked_reason
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
    d.account_id as account_id,
    count(*) as total_issue_count,
    sum(case when d.disposition = 'prepared' then 1 else 0 end) as prepared_action_count,
    sum(case when d.disposition = 'blocked' then 1 else 0 end) as blocked_action_count,
    sum(case when d.disposition = 'review' then 1 else 0 end) as review_count,
    sum(case when d.disposition = 'detect_only' then 1 else 0 end) as detect_only_count,
    sum(case when d.disposition = 'suppressed' then 1 else 0 end) as suppressed_count,
    min(
      case
        when d.disposition = 'suppressed' then null
        when d.severity = 'critical' then 1
        when d.severity = 'high' then 2
        when d.severity = 'medium' then 3
        else 4
      end
    ) as severity_rank,
    count(
      distinct case when d.disposition <> 'suppressed' and d.layer = 'user' then d.user_id end
    ) as affected_user_count,
    -- Every ticket has one issue at most.
    sum(case when d.disposition <> 'suppressed' then d.is_open_ticket else 0 end) as affected_open_ticket_count,
    null as code,
    null as code_place,
    null as reason,
    null as reason_place
  from detected as d
  where d.family = 'drift'
  group by d.account_id
  union all
  select
    p.account_id, null, null, null, null, null, null, null, null, null, p.code, p.place, null, null
  from code_place as p
  where p.place <= 3
  union all
  select
    p.account_id, null, null, null, null, null, null, null, null, null, null, null, p.blocked_reason, p.place
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
    max(p.affected_user_count) as affected_user_count,
    coalesce(max(p.affected_open_ticket_count), 0) as affected_open_ticket_count,
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
  t.account_id as account_id,
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
  end as max_severity,
  t.affected_user_count as affected_user_count,
  t.affected_open_ticket_count as affected_open_ticket_count,
  t.first_code as first_code,
  t.first_code
  || coalesce(', ' || t.second_code, '')
  || coalesce(', ' || t.third_code, '') as top_issue_codes,
  t.first_reason
  || coalesce(', ' || t.second_reason, '')
  || coalesce(', ' || t.third_reason, '') as top_blocked_reasons,
  l.organization_id as organization_id,
  l.link_state as link_state,
  coalesce(s.first_seen_run, c.run_id) as first_seen_run
from _run_context as c
cross join total as t
cross join _link_account as l
left join first_seen as s
  on s.account_id = t.account_id
where l.account_id = t.account_id
