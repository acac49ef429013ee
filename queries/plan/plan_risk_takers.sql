-- One row per row of a plan whose issue would be refused if nobody had accepted the risk: who did.
select
  a.issue_key as issue_key,
  k.decided_by as accepted_by
from _plans as p
cross join plan_actions as a
cross join _issue_versions as v
cross join _decisions as k
where p.plan_id = :plan_id
  and a.plan_id = p.plan_id
  and v.issue_key = a.issue_key
  and v.valid_from <= p.run_id
  and p.run_id < v.valid_to
  and k.decision_id = v.accepted_decision_id
order by a.position
