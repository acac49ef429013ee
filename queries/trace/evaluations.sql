-- One row per code of a list (?1, a JSON array) and run that evaluated it, oldest first.
select
  k.code as code,
  k.run_id as run_id
from run_coverage as k
where k.code in (
    select j.value
    from json_each(?1) as j
  )
  and k.is_evaluated = 1
order by k.code, k.run_id
