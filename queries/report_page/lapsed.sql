-- One row per open issue whose repair somebody approved or took the risk of, and which is no longer what it was then: the
-- newest word on it does not hold any more. The newest words first.
--
-- :run_id is the run, :most how many are wanted. lapsed_count is how many there are.
select
  d.decision as decision,
  i.account_name as account_name,
  i.account_id as account_id,
  i.issue_key as issue_key,
  substr(d.decided_at, 1, 10) as decided_on,
  count(*) over () as lapsed_count
from decisions as d
cross join issues as i
where d.decision in ('fix', 'accept_risk')
  and d.is_in_force = 0
  and not exists (
    select 1
    from decisions as n
    where n.issue_key = d.issue_key
      and n.decision_id > d.decision_id
  )
  and i.run_id = :run_id
  and i.issue_key = d.issue_key
order by d.decided_at desc, i.issue_key
limit :most
