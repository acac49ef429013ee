-- One row per day and account with issues, by the last run of the day.
--
-- key: day account_id
-- columns:
--   day date: the day
--   account_id text of account: Salesforce account id, 18 characters
--   run_id integer of run: the last run of the day
--   triage_status text: what could be done then
--   max_severity text: the worst severity of its issues
--   link_state text: how the account was linked
--   issue_count integer: its issues
--   prepared_count integer: those for which a repair was prepared
--   blocked_count integer: those that a person must decide
--   suppressed_count integer: those that were suppressed
--   user_count integer: users whom they were about
--   open_ticket_count integer: open tickets that they were about
with last as (
  -- One row per day: its last run.
  select
    substr(r.as_of, 1, 10) as day,
    max(r.run_id) as run_id
  from runs as r
  group by substr(r.as_of, 1, 10)
)
select
  l.day as day,
  e.sf_account_id as account_id,
  e.run_id as run_id,
  e.triage_status as triage_status,
  e.max_severity as max_severity,
  e.link_state as link_state,
  e.total_issue_count as issue_count,
  e.prepared_action_count as prepared_count,
  e.blocked_action_count as blocked_count,
  e.suppressed_count as suppressed_count,
  e.affected_user_count as user_count,
  e.affected_open_ticket_count as open_ticket_count
from last as l
cross join exceptions_by_account as e
where e.run_id = l.run_id
order by l.day, e.sf_account_id
