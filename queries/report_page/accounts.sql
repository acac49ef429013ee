-- One row per account with open issues, the worst first: as the triage file ranks them.
--
-- :run_id is the run, :most how many are wanted.
select
  e.sf_account_id as account_id,
  e.account_name as account_name,
  e.owner as owner,
  e.triage_status as triage_status,
  e.max_severity as max_severity,
  e.total_issue_count - e.suppressed_count as issue_count,
  e.affected_user_count as user_count,
  e.affected_open_ticket_count as open_ticket_count,
  e.top_issue_codes as codes,
  e.suggested_next_step as next_step,
  e.zendesk_org_url as url
from exceptions_by_account as e
where e.run_id = :run_id
  and e.triage_status <> 'suppressed'
order by
  case e.max_severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end,
  e.affected_open_ticket_count desc,
  e.affected_user_count desc,
  e.total_issue_count desc,
  e.sf_account_id
limit :most
