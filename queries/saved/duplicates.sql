-- Organizations that carry the id of one account, side by side.
--
-- question: Which organizations are duplicates, and which of them is in use?
-- columns:
--   account_id: Salesforce account id, 18 characters
--   account_name: name of the account
--   organization_id: one of its organizations
--   organization: its name
--   external_id: its external_id, as Zendesk has it
--   id_length: letters and digits of external_id: 15 or 18
--   member_count: members; null: not read
--   open_ticket_count: tickets that are not closed; null: not read
--   created_at: when Zendesk created it
with activity as (
  -- One row per organization of the newest run.
  select
    a.organization_id as organization_id,
    a.member_count as member_count,
    a.open_ticket_count as open_ticket_count
  from organization_activity as a
  where a.run_id = (select max(r.run_id) from runs as r)
)
select
  i.account_id as account_id,
  i.account_name as account_name,
  o.organization_id as organization_id,
  o.name as organization,
  o.external_id as external_id,
  cast(length(o.external_id_key) as bigint) as id_length,
  a.member_count as member_count,
  a.open_ticket_count as open_ticket_count,
  o.created_at as created_at
from latest_issues as i
join latest_zendesk_organizations as o
  on o.organization_id = i.organization_id
left join activity as a
  on a.organization_id = o.organization_id
where i.code = 'org_duplicate_external_id'
order by i.account_name, i.account_id, o.organization_id
