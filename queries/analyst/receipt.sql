-- One row per row of a plan in an apply of it: the last word on what became of it.
--
-- key: attempt_id position
-- indexes: issue_key outcome
-- columns:
--   attempt_id integer: the apply
--   plan_id integer: the plan
--   mode text: dry_run or live
--   position integer: the row of the plan
--   issue_key key: the issue
--   code text of rule: its code
--   account_id text: its account
--   action text: the repair; null: the code has none
--   organization_id text: the organization that it writes or that a user joins; null: none
--   user_id user: the user; null: none
--   domain text: the domain that it adds; null: none
--   outcome text: what became of it, such as applied, skipped_stale or blocked
--   reason text: why; null: nothing to add
--   decided_at datetime: when that was decided, UTC
--   decided_on date: the day of that
select
  r.attempt_id as attempt_id,
  r.plan_id as plan_id,
  r.mode as mode,
  r.position as position,
  r.issue_key as issue_key,
  r.code as code,
  r.account_id as account_id,
  r.action as action,
  cast(r.organization_id as text) as organization_id,
  cast(r.user_id as text) as user_id,
  r.domain as domain,
  r.outcome as outcome,
  r.reason as reason,
  r.decided_at as decided_at,
  substr(r.decided_at, 1, 10) as decided_on
from receipts as r
order by r.attempt_id, r.position
