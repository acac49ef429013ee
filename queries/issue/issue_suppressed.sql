-- One row per issue that a suppression in force on the day of the run covers: which one.
--
-- One that names the issue by its key goes before one that names its code and account, and that before one of a family;
-- of several alike the smallest number counts.
with recursive family as (
  -- One row per suppression of a family and account of it: the one that is named and those below it, by
  -- parent_account_id. A circle ends, since no pair comes twice.
  select
    s.suppression_id as suppression_id,
    s.code as code,
    s.account_id as account_id
  from suppressions as s
  cross join _run_context as c
  cross join runs as r
  where s.is_family = 1
    and s.removed_at is null
    and r.run_id = c.run_id
    and s.expires_on >= substr(r.started_at, 1, 10)
  union
  select
    f.suppression_id as suppression_id,
    f.code as code,
    a.account_id as account_id
  from family as f
  cross join _link_known_account as a
  where a.parent_account_id = f.account_id
),
covered as (
  -- One row per issue and suppression.
  select
    d.issue_key as issue_key,
    s.suppression_id as by_key,
    null as by_account,
    null as by_family
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
    s.suppression_id as by_account,
    null as by_family
  from suppressions as s
  cross join _run_context as c
  cross join runs as r
  cross join detected as d
  where s.removed_at is null
    and s.is_family = 0
    and r.run_id = c.run_id
    and s.expires_on >= substr(r.started_at, 1, 10)
    and d.account_id = s.account_id
    and d.code = s.code
  union all
  select
    d.issue_key as issue_key,
    null as by_key,
    null as by_account,
    f.suppression_id as by_family
  from family as f
  cross join detected as d
  where d.account_id = f.account_id
    and d.code = f.code
)
select
  k.issue_key as issue_key,
  coalesce(min(k.by_key), min(k.by_account), min(k.by_family)) as suppression_id
from covered as k
group by k.issue_key
