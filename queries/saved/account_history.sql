-- Issues of one account, from the first run that saw each to the last.
--
-- question: Since when does an account have which issues?
-- parameters:
--   account account: Salesforce account id, 15 or 18 characters
-- columns:
--   issue_key: the issue
--   code: its code
--   first_run_id: the first run that saw it
--   first_seen_at: the time of that run
--   last_run_id: the last run that saw it
--   last_seen_at: the time of that run
--   resolved_at: the time of the run that saw it gone; null: it is open, or nobody can say
--   run_count: runs that saw it
--   reopened_count: how often it came back
--   disposition: what can be done about it, as last seen
select
  h.issue_key as issue_key,
  h.code as code,
  h.first_run_id as first_run_id,
  h.first_seen_at as first_seen_at,
  h.last_run_id as last_run_id,
  h.last_seen_at as last_seen_at,
  h.resolved_at as resolved_at,
  h.run_count as run_count,
  h.reopened_count as reopened_count,
  h.disposition as disposition
from issue_history as h
where h.account_id = :account
order by h.first_run_id, h.issue_key
