-- One row per account of the list (?2, a JSON array) that a run (?1) resolved, as account_links has it.
select
  l.account_id as account_id,
  l.link_state as link_state,
  l.organization_id as organization_id,
  l.match_rule as match_rule
from json_each(?2) as j
cross join account_links as l
where l.run_id = ?1
  and l.account_id = j.value
