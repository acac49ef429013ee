-- One row per issue whose risk somebody accepted and did not take back: the newest word on it, apart from a fix.
--
-- reads: _decisions
--
-- It lifts one reason, and only where the issue still has the fingerprint that was decided about.
select
  d.issue_key as issue_key,
  d.fingerprint as fingerprint,
  d.decision_id as decision_id
from _decisions as d
where d.decision = 'accept_risk'
  and not exists (
    select 1
    from _decisions as n
    where n.issue_key = d.issue_key
      and n.decision_id > d.decision_id
      and (n.decision is null or n.decision <> 'fix')
  )
