-- Issues that the newest run has and the run before did not.
--
-- question: What is new in the newest run, and whose is it?
-- columns:
--   issue_key: the issue
--   change: new or reopened
--   account_id: Salesforce account id, 18 characters
--   account_name: name of the account
--   owner: owner of the account
--   disposition: what can be done about it
--   reason: what is wrong
--   url: the record in Zendesk
with change as (
  -- One row per issue that came.
  select
    c.issue_key as issue_key,
    c.change as change
  from issue_changes as c
  where c.run_id = (select max(r.run_id) from runs as r)
    and c.change in ('new', 'reopened')
)
select
  c.issue_key as issue_key,
  c.change as change,
  i.account_id as account_id,
  i.account_name as account_name,
  i.owner as owner,
  i.disposition as disposition,
  i.reason as reason,
  i.url as url
from change as c
join latest_issues as i
  on i.issue_key = c.issue_key
order by i.severity_rank, i.account_name, c.issue_key
