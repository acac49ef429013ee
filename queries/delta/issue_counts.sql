-- One row per code that is evaluated: what the run before counted, and what came and went since.
select p.code, sum(p.issue_count)
from (
  select k.code as code, k.issue_count as issue_count
  from temp.delta_bounds as b
  cross join run_coverage as k
  where k.run_id = b.old_run_id
    and k.is_evaluated = 1
  union all
  select v.code as code, 1 as issue_count
  from _issue_versions as v
  where v.valid_from = :run_id
  union all
  select v.code as code, -1 as issue_count
  from _issue_versions as v
  where v.valid_to = :run_id
    and v.valid_to < 9223372036854775807
) as p
group by p.code
