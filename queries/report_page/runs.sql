-- One row per run up to a run, the oldest first: the runs that the trends are drawn over.
--
-- :run_id is the run. :most is how many of the newest are wanted.
with chosen as (
  -- One row per run: the newest of them.
  select
    r.run_id as run_id,
    substr(r.as_of, 1, 10) as day
  from runs as r
  where r.run_id <= :run_id
  order by r.run_id desc
  limit :most
)
select
  c.run_id as run_id,
  c.day as day
from chosen as c
order by c.run_id
