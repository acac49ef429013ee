-- Issues of one account, the newest first.
--
-- question: Since when does an account have which issues?
-- parameters:
--   account account: Salesforce account id, 18 characters
-- columns:
--   issue_key: the issue
--   state: open, resolved or not_comparable
--   first_seen_on: the day on which it was first seen
--   resolved_on: the day on which it was seen gone
--   days_open: days in between
--   reason: what is wrong
select
  i.issue_key as issue_key,
  i.state as state,
  i.first_seen_on as first_seen_on,
  i.resolved_on as resolved_on,
  i.days_open as days_open,
  i.reason as reason
from issue as i
where i.account_id = :account
order by i.first_seen_on desc, i.issue_key
