-- Accounts of each run by how well they are linked.
--
-- question: How many accounts are linked to an organization, run by run?
-- columns:
--   run_id: the run
--   as_of: the time that the run speaks about
--   link_state: how the account is linked
--   account_count: accounts
--   percent: share of the accounts of the run, in per cent
with state as (
  -- One row per run and state.
  select
    l.run_id as run_id,
    l.link_state as link_state,
    count(*) as account_count
  from account_links as l
  group by l.run_id, l.link_state
)
select
  s.run_id as run_id,
  r.as_of as as_of,
  s.link_state as link_state,
  s.account_count as account_count,
  round(100.0 * s.account_count / sum(s.account_count) over (partition by s.run_id), 1) as percent
from state as s
join runs as r
  on r.run_id = s.run_id
order by s.run_id, s.link_state
