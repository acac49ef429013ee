-- Issues that were gone and came back.
--
-- question: Which issues come back, also after a repair?
-- columns:
--   issue_key: the issue
--   code: its code
--   account_id: Salesforce account id, 18 characters
--   account_name: name of the account
--   reopened_count: how often it came back
--   is_open: 1 if it is there in the newest run that evaluated its code, else 0
--   first_seen_at: when it was first seen
--   last_seen_at: when it was last seen
--   repaired_by_plan_id: the plan whose repair did not last; null: no repair before it came back
select
  h.issue_key as issue_key,
  h.code as code,
  h.account_id as account_id,
  a.account_name as account_name,
  h.reopened_count as reopened_count,
  h.is_open as is_open,
  h.first_seen_at as first_seen_at,
  h.last_seen_at as last_seen_at,
  h.repaired_by_plan_id as repaired_by_plan_id
from issue_history as h
left join latest_salesforce_accounts as a
  on a.account_id = h.account_id
where h.reopened_count > 0
order by h.reopened_count desc, h.issue_key
