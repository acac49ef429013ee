-- One row per issue that a suppression in force on the day of the run covers: which one.
--
-- One that names the issue by its key goes before one that names its code and account; of several alike the
-- smallest number counts.
with covered as (
  -- One row per issue and suppression.
  select
    d.issue_key as issue_key,
    s.suppression_id as by_key,
    null as by_account
  from suppressions as s
  cross join _run_context as c
  cross join runs as r
  cross join detected as d
  where s.removed_at is null
    and r.run_id = c.run_id
    and s.expires_on >= substr(r.started_at, 1, 10)
    and d.issue_key = s.issue_key
  union all
  select
    d.issue_key as issue_key,
    null as by_key,
    s.suppression_id as by_account
  from suppressions as s
  cross join _run_context as c
  cross join runs as r
  cross join detected as d
  where s.removed_at is null
    and r.run_id = c.run_id
    and s.expires_on >= substr(r.started_at, 1, 10)
    and d.account_id = s.account_id
    and d.code = s.code
)
select
  k.issue_key as issue_key,
  coalesce(min(k.by_key), min(k.by_account)) as suppression_id
from covered as k
group by k.issue_key
