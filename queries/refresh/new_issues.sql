-- One row: the worst severity among the issues that a run has and the run before had not, as a rank (1 critical).
--
-- Issues that came back count; suppressed ones do not. Null: no such issue, or no earlier run to compare with.
select
  min(i.severity_rank) as severity_rank
from issue_changes as c
cross join issues as i
where c.run_id = :run_id
  and c.change in ('new', 'reopened')
  and i.run_id = c.run_id
  and i.issue_key = c.issue_key
  and i.disposition <> 'suppressed'
