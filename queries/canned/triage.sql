-- Accounts with issues, the worst first.
--
-- question: Which accounts need attention first?
-- columns:
--   account_id: Salesforce account id, 18 characters
--   account_name: name of the account
--   triage_status: what can be done
--   max_severity: the worst severity of its issues
--   issue_count: its issues
--   prepared_count: those for which a repair is prepared
--   blocked_count: those that a person must decide
--   open_ticket_count: open tickets that they are about
select
  a.account_id as account_id,
  a.account_name as account_name,
  a.triage_status as triage_status,
  a.max_severity as max_severity,
  a.issue_count as issue_count,
  a.prepared_count as prepared_count,
  a.blocked_count as blocked_count,
  a.open_ticket_count as open_ticket_count
from account as a
where a.issue_count > 0
order by
  case a.max_severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end,
  a.open_ticket_count desc,
  a.issue_count desc,
  a.account_id
