-- Fields of accounts, organizations and users that changed between two days.
--
-- question: What changed in Salesforce and Zendesk between two days?
-- parameters:
--   from date: the earlier day; the last snapshot of that day or before counts
--   to date = today: the later day
--   kind text optional: account, organization, user or membership; all of them unless it is given
-- columns:
--   kind: account, organization, user or membership
--   record_id: its id
--   change: new, gone or changed
--   field: the field that changed; null: the whole record came or went
--   value_before: its value on the earlier day
--   value_after: its value on the later day
with pair as (
  -- One row per source: the snapshots of the two days.
  select
    s.source as source,
    max(case when substr(s.taken_at, 1, 10) <= :from then s.snapshot_id end) as old_id,
    max(case when substr(s.taken_at, 1, 10) <= :to then s.snapshot_id end) as new_id
  from snapshots as s
  group by s.source
),
field as (
  -- One row per record and field, as of each of the two snapshots.
  select
    'account' as kind,
    a.account_id as record_id,
    a.snapshot_id as snapshot_id,
    f.field as field,
    case f.field
      when 'account_name' then a.account_name
      when 'stored_organization_id' then cast(a.stored_organization_id as text)
      when 'owner' then a.owner
      when 'parent_account_id' then a.parent_account_id
    end as value
  from pair as p
  join salesforce_accounts as a
    on a.snapshot_id in (p.old_id, p.new_id)
  cross join (
    select 'account_name' as field
    union all
    select 'stored_organization_id' as field
    union all
    select 'owner' as field
    union all
    select 'parent_account_id' as field
  ) as f
  where p.source = 'salesforce'
    and (:kind is null or :kind = 'account')
  union all
  select
    'organization' as kind,
    cast(o.organization_id as text) as record_id,
    o.snapshot_id as snapshot_id,
    f.field as field,
    case f.field
      when 'name' then o.name
      when 'external_id' then o.external_id
      when 'domain_names' then o.domain_names
    end as value
  from pair as p
  join zendesk_organizations as o
    on o.snapshot_id in (p.old_id, p.new_id)
  cross join (
    select 'name' as field
    union all
    select 'external_id' as field
    union all
    select 'domain_names' as field
  ) as f
  where p.source = 'zendesk'
    and (:kind is null or :kind = 'organization')
  union all
  select
    'user' as kind,
    cast(u.user_id as text) as record_id,
    u.snapshot_id as snapshot_id,
    f.field as field,
    case f.field
      when 'email_domain' then u.email_domain
      when 'role' then u.role
      when 'is_suspended' then cast(u.is_suspended as text)
      when 'default_organization_id' then cast(u.default_organization_id as text)
    end as value
  from pair as p
  join zendesk_users as u
    on u.snapshot_id in (p.old_id, p.new_id)
  cross join (
    select 'email_domain' as field
    union all
    select 'role' as field
    union all
    select 'is_suspended' as field
    union all
    select 'default_organization_id' as field
  ) as f
  where p.source = 'zendesk'
    and (:kind is null or :kind = 'user')
  union all
  select
    'membership' as kind,
    cast(m.membership_id as text) as record_id,
    m.snapshot_id as snapshot_id,
    f.field as field,
    case f.field
      when 'user_id' then cast(m.user_id as text)
      when 'organization_id' then cast(m.organization_id as text)
      when 'is_default' then cast(m.is_default as text)
    end as value
  from pair as p
  join zendesk_organization_memberships as m
    on m.snapshot_id in (p.old_id, p.new_id)
  cross join (
    select 'user_id' as field
    union all
    select 'organization_id' as field
    union all
    select 'is_default' as field
  ) as f
  where p.source = 'zendesk'
    and (:kind is null or :kind = 'membership')
),
sided as (
  -- One row per record and field, the two days side by side.
  select
    f.kind as kind,
    f.record_id as record_id,
    f.field as field,
    max(case when f.snapshot_id = p.old_id then 1 else 0 end) as was_there,
    max(case when f.snapshot_id = p.new_id then 1 else 0 end) as is_there,
    max(case when f.snapshot_id = p.old_id then f.value end) as value_before,
    max(case when f.snapshot_id = p.new_id then f.value end) as value_after
  from field as f
  join pair as p
    on p.source = case when f.kind = 'account' then 'salesforce' else 'zendesk' end
  group by f.kind, f.record_id, f.field
)
select distinct
  s.kind as kind,
  s.record_id as record_id,
  case when s.was_there = 0 then 'new' when s.is_there = 0 then 'gone' else 'changed' end as change,
  case when s.was_there = 1 and s.is_there = 1 then s.field end as field,
  case when s.was_there = 1 and s.is_there = 1 then s.value_before end as value_before,
  case when s.was_there = 1 and s.is_there = 1 then s.value_after end as value_after
from sided as s
where s.was_there = 0
  or s.is_there = 0
  or s.value_before <> s.value_after
  or (s.value_before is null) <> (s.value_after is null)
order by kind, change, record_id, field
