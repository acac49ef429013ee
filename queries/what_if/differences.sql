-- One row per issue of the twelve codes that a run has and the records as they would be have not, or the other way round.
--
-- Only codes that the run evaluated. :run_id is the run; what would be is in the temporary table detected.
select
  v.issue_key as issue_key,
  v.code as code,
  0 as is_new
from _issue_versions as v
cross join run_coverage as k
where v.valid_from <= :run_id
  and (:run_id < v.valid_to)
  and k.run_id = :run_id
  and k.code = v.code
  and k.family = 'drift'
  and k.is_evaluated = 1
  and v.issue_key not in (select d.issue_key from temp.detected as d)
union all
select
  d.issue_key as issue_key,
  d.code as code,
  1 as is_new
from temp.detected as d
cross join run_coverage as k
where k.run_id = :run_id
  and k.code = d.code
  and k.family = 'drift'
  and not exists (
    select 1
    from _issue_versions as v
    where v.issue_key = d.issue_key
      and v.valid_from <= :run_id
      and :run_id < v.valid_to
  )
order by 1
