-- Open issues that others wait for.
--
-- question: Which issue is to be fixed first, and what depends on it?
-- columns:
--   issue_key: the issue to fix first
--   account_name: name of the account
--   disposition: what can be done about it
--   dependent_count: issues that wait for it
with waiting as (
  -- One row per issue that others wait for.
  select
    i.root_issue_key as issue_key,
    count(*) as dependent_count
  from issue as i
  where i.is_open = 1
    and i.root_issue_key is not null
  group by i.root_issue_key
)
select
  w.issue_key as issue_key,
  a.account_name as account_name,
  i.disposition as disposition,
  w.dependent_count as dependent_count
from waiting as w
join issue as i
  on i.issue_key = w.issue_key
left join account as a
  on a.account_id = i.account_id
order by w.dependent_count desc, w.issue_key
