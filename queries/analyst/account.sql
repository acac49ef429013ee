-- One row per Salesforce account that was ever read, as it was last read, with what the newest run says of it.
--
-- key: account_id
-- label: account_name
-- columns:
--   account_id text: Salesforce account id, 18 characters
--   account_name text: its name
--   owner owner: its owner, as the account file names it
--   parent_account_id text: the account above it; null: none
--   stored_organization_id text: the organization id that Salesforce stores; null: none that can be read
--   is_gone integer: 1 if the newest account file does not have it, else 0
--   link_state text: how it is linked to an organization in the newest run; null: not in it
--   match_rule text: what decided: stored_id, external_id or domain; null: no single organization
--   organization_id text of organization: the organization that it is linked to; null: none
--   triage_status text: ready, partly_ready, blocked, review, tickets_only or suppressed; null: no issue
--   max_severity text: the worst severity of its issues; null: no issue
--   issue_count integer: issues in the newest run
--   prepared_count integer: those for which a repair is prepared
--   blocked_count integer: those that a person must decide
--   user_count integer: users whom its issues are about
--   open_ticket_count integer: open tickets that its issues are about
--   first_seen_at datetime: when it first had an issue, UTC; null: it has none
--   kept kept: columns of the account file that were kept
with last as (
  -- One row per account: its last version.
  select
    v.account_id as account_id,
    max(v.valid_from) as valid_from
  from _account_versions as v
  group by v.account_id
)
select
  a.account_id as account_id,
  a.account_name as account_name,
  a.owner as owner,
  a.parent_account_id as parent_account_id,
  cast(a.stored_organization_id as text) as stored_organization_id,
  case when a.valid_to = 9223372036854775807 then 0 else 1 end as is_gone,
  k.link_state as link_state,
  k.match_rule as match_rule,
  cast(k.organization_id as text) as organization_id,
  e.triage_status as triage_status,
  e.max_severity as max_severity,
  coalesce(e.total_issue_count, 0) as issue_count,
  coalesce(e.prepared_action_count, 0) as prepared_count,
  coalesce(e.blocked_action_count, 0) as blocked_count,
  coalesce(e.affected_user_count, 0) as user_count,
  coalesce(e.affected_open_ticket_count, 0) as open_ticket_count,
  e.first_seen_at as first_seen_at,
  a.extra as kept
from last as l
cross join _account_versions as a
left join latest_account_links as k
  on k.account_id = a.account_id
left join latest_exceptions_by_account as e
  on e.sf_account_id = a.account_id
where a.account_id = l.account_id
  and a.valid_from = l.valid_from
order by a.account_id
