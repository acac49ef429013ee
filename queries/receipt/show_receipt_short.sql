-- One row per row of the plan of an apply, with the columns that fit a terminal.
select
  r.position as no,
  r.outcome as outcome,
  coalesce(r.reason, 'risk accepted by ' || r.accepted_by) as reason,
  r.action as action,
  r.issue_key as issue_key,
  r.http_status as status
from receipts as r
