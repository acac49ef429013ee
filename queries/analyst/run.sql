-- One row per run: one audit of two snapshots.
--
-- key: run_id
-- label: as_of
-- columns:
--   run_id integer: number of the run; a larger one is later
--   as_of datetime: the time that it speaks about, UTC
--   day date: the day of that time
--   is_last_of_day integer: 1 if it is the last run of its day, else 0
--   started_at datetime: when the audit was made, UTC
--   accounts_taken_at datetime: when the accounts were read, UTC
--   records_taken_at datetime: when Zendesk was read, UTC
--   zendesk_account text: the Zendesk account; null: not known
--   account_count integer: accounts that the run knows
--   linked_account_count integer: accounts linked to a single organization beyond doubt
--   issue_count integer: issues of the twelve codes
--   not_evaluated_count integer: codes of the twelve that were not evaluated, so not counted
--   tool_version text: version of orgdrift that made it
with linked as (
  -- One row per run with links.
  select
    l.run_id as run_id,
    count(*) as account_count,
    sum(case when l.link_state = 'linked' then 1 else 0 end) as linked_account_count
  from account_links as l
  group by l.run_id
),
found as (
  -- One row per run.
  select
    k.run_id as run_id,
    sum(k.issue_count) as issue_count,
    sum(case when k.is_evaluated = 1 then 0 else 1 end) as not_evaluated_count
  from run_coverage as k
  where k.family = 'drift'
  group by k.run_id
)
select
  r.run_id as run_id,
  r.as_of as as_of,
  substr(r.as_of, 1, 10) as day,
  case
    when exists (
      select 1
      from runs as n
      where n.run_id > r.run_id
        and substr(n.as_of, 1, 10) = substr(r.as_of, 1, 10)
    ) then 0
    else 1
  end as is_last_of_day,
  r.started_at as started_at,
  x.taken_at as accounts_taken_at,
  z.taken_at as records_taken_at,
  z.source_identity as zendesk_account,
  l.account_count as account_count,
  l.linked_account_count as linked_account_count,
  f.issue_count as issue_count,
  f.not_evaluated_count as not_evaluated_count,
  r.tool_version as tool_version
from runs as r
join snapshots as x
  on x.snapshot_id = r.salesforce_snapshot_id
join snapshots as z
  on z.snapshot_id = r.zendesk_snapshot_id
left join linked as l
  on l.run_id = r.run_id
left join found as f
  on f.run_id = r.run_id
order by r.run_id
