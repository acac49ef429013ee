-- One row per owner of accounts with issues in a run, by name; empty: accounts without one.
--
-- :run_id is the run.
select distinct coalesce(e.owner, '') as owner
from exceptions_by_account as e
where e.run_id = :run_id
order by coalesce(e.owner, '')
