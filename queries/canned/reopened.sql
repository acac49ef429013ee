-- Issues that were gone and came back.
--
-- question: Which issues come back?
-- columns:
--   issue_key: the issue
--   account_name: name of the account
--   reopened_count: how often it came back
--   state: open, resolved or not_comparable
--   repaired_by_plan_id: the plan whose repair did not last; null: none
select
  i.issue_key as issue_key,
  a.account_name as account_name,
  i.reopened_count as reopened_count,
  i.state as state,
  i.repaired_by_plan_id as repaired_by_plan_id
from issue as i
left join account as a
  on a.account_id = i.account_id
where i.reopened_count > 0
order by i.reopened_count desc, i.issue_key
