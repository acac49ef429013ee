-- Accounts with more issues than on an earlier day.
--
-- question: Which accounts got worse since a day?
-- parameters:
--   since date: the earlier day; accounts without a row of that day had no issue
-- columns:
--   account_id: Salesforce account id, 18 characters
--   account_name: name of the account
--   issue_count_before: issues on that day
--   issue_count: issues now
select
  a.account_id as account_id,
  a.account_name as account_name,
  coalesce(d.issue_count, 0) as issue_count_before,
  a.issue_count as issue_count
from account as a
left join account_day as d
  on d.account_id = a.account_id
  and d.day = :since
where a.issue_count > coalesce(d.issue_count, 0)
order by a.issue_count - coalesce(d.issue_count, 0) desc, a.account_id
