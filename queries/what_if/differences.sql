-- One row per issue of the twelve codes that a run has and the records as they would be have not, or the other way round.
--
-- Only codes that the run evaluated. :run_id is the run; the next one is that of the records as they would be.
select
  v.issue_key as issue_key,
  v.code as code,
  0 as is_new
from _issue_versions as v
cross join run_coverage as k
where v.valid_to = :run_id + 1
  and v.valid_to < 9223372036854775807
  and k.run_id = :run_id
  and k.code = v.code
  and k.family = 'drift'
  and k.is_evaluated = 1
  and not exists (
    select 1
    from _issue_versions as n
    where n.issue_key = v.issue_key
      and n.valid_from = v.valid_to
  )
union all
select
  v.issue_key as issue_key,
  v.code as code,
  1 as is_new
from _issue_versions as v
cross join run_coverage as k
where v.valid_from = :run_id + 1
  and k.run_id = :run_id
  and k.code = v.code
  and k.family = 'drift'
  and not exists (
    select 1
    from _issue_versions as o
    where o.issue_key = v.issue_key
      and o.valid_to = v.valid_from
  )
order by 1
