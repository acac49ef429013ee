-- Issues that others wait for.
--
-- question: Which issue is to be fixed first, and what depends on it?
-- columns:
--   issue_key: the issue to fix first
--   code: its code
--   account_id: Salesforce account id, 18 characters
--   account_name: name of the account
--   disposition: what can be done about it
--   dependent_count: issues that wait for it
--   user_count: users whom these are about
--   ticket_count: tickets that these are about
with waiting as (
  -- One row per issue that others wait for.
  select
    i.root_issue_key as issue_key,
    count(*) as dependent_count,
    count(distinct i.user_id) as user_count,
    count(distinct i.ticket_id) as ticket_count
  from latest_issues as i
  where i.root_issue_key is not null
  group by i.root_issue_key
)
select
  r.issue_key as issue_key,
  r.code as code,
  r.account_id as account_id,
  r.account_name as account_name,
  r.disposition as disposition,
  w.dependent_count as dependent_count,
  w.user_count as user_count,
  w.ticket_count as ticket_count
from waiting as w
join latest_issues as r
  on r.issue_key = w.issue_key
order by w.dependent_count desc, r.issue_key
