-- The rows of account_links for the newest run.
select
  v.run_id as run_id,
  v.account_id as account_id,
  v.link_state as link_state,
  v.organization_id as organization_id,
  v.match_rule as match_rule,
  v.organization_name as organization_name
from account_links as v
where v.run_id = (
  select max(r.run_id)
  from runs as r
)
