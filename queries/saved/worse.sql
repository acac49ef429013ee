-- Accounts with more issues than in an earlier run.
--
-- question: Which accounts got worse since an earlier run?
-- parameters:
--   since run = previous: the earlier run
-- columns:
--   account_id: Salesforce account id, 18 characters
--   account_name: name of the account
--   owner: owner of the account
--   issue_count_before: issues in the earlier run
--   issue_count: issues in the newest run
--   triage_status: what can be done about them
with earlier as (
  -- One row per account with issues in the earlier run.
  select
    e.sf_account_id as account_id,
    e.total_issue_count as issue_count
  from exceptions_by_account as e
  where e.run_id = :since
)
select
  n.sf_account_id as account_id,
  n.account_name as account_name,
  n.owner as owner,
  cast(coalesce(e.issue_count, 0) as bigint) as issue_count_before,
  n.total_issue_count as issue_count,
  n.triage_status as triage_status
from latest_exceptions_by_account as n
left join earlier as e
  on e.account_id = n.sf_account_id
where n.total_issue_count > coalesce(e.issue_count, 0)
order by n.total_issue_count - coalesce(e.issue_count, 0) desc, n.sf_account_id
