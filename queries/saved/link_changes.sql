-- Accounts that are linked otherwise than in an earlier run.
--
-- question: Which accounts moved to another organization, or lost theirs?
-- parameters:
--   since run = previous: the earlier run
-- columns:
--   account_id: Salesforce account id, 18 characters
--   link_state_before: how it was linked in the earlier run; null: it was not there
--   organization_id_before: the organization then
--   link_state: how it is linked in the newest run
--   organization_id: the organization now
--   organization: its name
with earlier as (
  -- One row per account of the earlier run.
  select
    l.account_id as account_id,
    l.link_state as link_state,
    l.organization_id as organization_id
  from account_links as l
  where l.run_id = :since
)
select
  n.account_id as account_id,
  e.link_state as link_state_before,
  e.organization_id as organization_id_before,
  n.link_state as link_state,
  n.organization_id as organization_id,
  n.organization_name as organization
from latest_account_links as n
left join earlier as e
  on e.account_id = n.account_id
where e.account_id is null
  or e.link_state <> n.link_state
  or e.organization_id <> n.organization_id
  or (e.organization_id is null) <> (n.organization_id is null)
order by n.account_id
