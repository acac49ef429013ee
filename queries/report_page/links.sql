-- One row per run and state of links: how many accounts are in it.
--
-- :run_id and :most as in runs.sql.
with chosen as (
  -- One row per run: the newest of them.
  select
    r.run_id as run_id
  from runs as r
  where r.run_id <= :run_id
  order by r.run_id desc
  limit :most
)
select
  c.run_id as run_id,
  l.link_state as link_state,
  count(*) as account_count
from chosen as c
cross join account_links as l
where l.run_id = c.run_id
group by c.run_id, l.link_state
order by c.run_id, l.link_state
