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
with found as (
  -- One row per organization that shares an account's id with another one.
  select
    i.account_id as account_id,
    i.account_name as account_name,
    i.organization_id as organization_id
  from latest_issues as i
  where i.code = 'org_duplicate_external_id'
),
outcome as (
  -- One row: whether members and tickets were read.
  select
    max(case when k.collection = 'organization_memberships' then 1 else 0 end) as is_member_read,
    max(case when k.collection = 'tickets' then 1 else 0 end) as is_ticket_read
  from snapshot_collections as k
  join runs as r
    on r.zendesk_snapshot_id = k.snapshot_id
  where r.run_id = (select max(n.run_id) from runs as n)
    and k.outcome in ('complete', 'bounded')
),
member as (
  -- One row per organization with members.
  select
    m.organization_id as organization_id,
    count(*) as member_count
  from latest_zendesk_organization_memberships as m
  where m.organization_id in (select f.organization_id from found as f)
  group by m.organization_id
),
ticket as (
  -- One row per organization with tickets that are not closed.
  select
    t.organization_id as organization_id,
    count(*) as open_ticket_count
  from latest_zendesk_tickets as t
  where t.organization_id in (select f.organization_id from found as f)
    and t.status <> 'deleted'
    and t.status <> 'closed'
  group by t.organization_id
)
select
  f.account_id as account_id,
  f.account_name as account_name,
  o.organization_id as organization_id,
  o.name as organization,
  o.external_id as external_id,
  cast(length(o.external_id_key) as bigint) as id_length,
  cast(case when u.is_member_read = 1 then coalesce(m.member_count, 0) end as bigint) as member_count,
  cast(case when u.is_ticket_read = 1 then coalesce(t.open_ticket_count, 0) end as bigint) as open_ticket_count,
  o.created_at as created_at
from outcome as u
cross join found as f
join latest_zendesk_organizations as o
  on o.organization_id = f.organization_id
left join member as m
  on m.organization_id = o.organization_id
left join ticket as t
  on t.organization_id = o.organization_id
order by f.account_name, f.account_id, o.organization_id
