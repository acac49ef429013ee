-- One row per issue or account that somebody said something about: the newest word, and whether it is in force.
select
  d.issue_key as issue_key,
  d.account_id as account_id,
  d.fingerprint as fingerprint,
  d.decision as decision,
  d.until as until_on,
  d.assignee as assignee,
  d.note as note,
  d.is_in_force as is_in_force
from decisions as d
where not exists (
  select 1
  from _decisions as n
  where n.issue_key = d.issue_key
    and n.decision_id > d.decision_id
)
  and not exists (
    select 1
    from _decisions as n
    where n.account_id = d.account_id
      and n.decision_id > d.decision_id
  )
