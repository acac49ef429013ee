-- Account owners by the issues of their accounts.
--
-- question: Whose accounts have the most issues, and how many open tickets depend on them?
-- columns:
--   owner: owner of the accounts; null: the account file names none
--   account_count: accounts with issues
--   issue_count: issues of these accounts
--   prepared_count: issues for which a repair is prepared
--   blocked_count: issues that a person must decide
--   open_ticket_count: open tickets that depend on these accounts
--   oldest_seen_at: when the oldest of these accounts first had an issue
select
  e.owner as owner,
  count(*) as account_count,
  cast(sum(e.total_issue_count) as bigint) as issue_count,
  cast(sum(e.prepared_action_count) as bigint) as prepared_count,
  cast(sum(e.blocked_action_count) as bigint) as blocked_count,
  cast(sum(e.affected_open_ticket_count) as bigint) as open_ticket_count,
  min(e.first_seen_at) as oldest_seen_at
from latest_exceptions_by_account as e
group by e.owner
order by issue_count desc, e.owner
