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
side as (
  -- One row per source and day.
  select
    p.source as source,
    1 as is_new,
    p.new_id as own_id,
    p.old_id as other_id
  from pair as p
  union all
  select
    p.source as source,
    0 as is_new,
    p.old_id as own_id,
    p.new_id as other_id
  from pair as p
),
account as (
  -- One row per account and day whose like is not there on the other day.
  select
    r.account_id as record_id,
    r.account_name as account_name,
    r.stored_organization_id as stored_organization_id,
    r.owner as owner,
    r.parent_account_id as parent_account_id,
    s.is_new as is_new
  from side as s
  cross join salesforce_accounts as r
  where s.source = 'salesforce'
    and (:kind is null or :kind = 'account')
    and r.snapshot_id = s.own_id
    and not exists (
      select 1
      from salesforce_accounts as o
      where o.snapshot_id = s.other_id
        and o.account_id = r.account_id
        and (o.account_name = r.account_name or (o.account_name is null and r.account_name is null))
        and (o.stored_organization_id = r.stored_organization_id
          or (o.stored_organization_id is null and r.stored_organization_id is null))
        and (o.owner = r.owner or (o.owner is null and r.owner is null))
        and (o.parent_account_id = r.parent_account_id
          or (o.parent_account_id is null and r.parent_account_id is null))
    )
),
organization as (
  -- One row per organization and day whose like is not there on the other day.
  select
    r.organization_id as record_id,
    r.name as name,
    r.external_id as external_id,
    r.domain_names as domain_names,
    s.is_new as is_new
  from side as s
  cross join zendesk_organizations as r
  where s.source = 'zendesk'
    and (:kind is null or :kind = 'organization')
    and r.snapshot_id = s.own_id
    and not exists (
      select 1
      from zendesk_organizations as o
      where o.snapshot_id = s.other_id
        and o.organization_id = r.organization_id
        and (o.name = r.name or (o.name is null and r.name is null))
        and (o.external_id = r.external_id or (o.external_id is null and r.external_id is null))
        and (o.domain_names = r.domain_names or (o.domain_names is null and r.domain_names is null))
    )
),
user as (
  -- One row per user and day whose like is not there on the other day.
  select
    r.user_id as record_id,
    r.email_domain as email_domain,
    r.role as role,
    r.is_suspended as is_suspended,
    r.default_organization_id as default_organization_id,
    s.is_new as is_new
  from side as s
  cross join zendesk_users as r
  where s.source = 'zendesk'
    and (:kind is null or :kind = 'user')
    and r.snapshot_id = s.own_id
    and not exists (
      select 1
      from zendesk_users as o
      where o.snapshot_id = s.other_id
        and o.user_id = r.user_id
        and (o.email_domain = r.email_domain or (o.email_domain is null and r.email_domain is null))
        and (o.role = r.role or (o.role is null and r.role is null))
        and (o.is_suspended = r.is_suspended or (o.is_suspended is null and r.is_suspended is null))
        and (o.default_organization_id = r.default_organization_id
          or (o.default_organization_id is null and r.default_organization_id is null))
    )
),
membership as (
  -- One row per membership and day whose like is not there on the other day.
  select
    r.membership_id as record_id,
    r.user_id as user_id,
    r.organization_id as organization_id,
    r.is_default as is_default,
    s.is_new as is_new
  from side as s
  cross join zendesk_organization_memberships as r
  where s.source = 'zendesk'
    and (:kind is null or :kind = 'membership')
    and r.snapshot_id = s.own_id
    and not exists (
      select 1
      from zendesk_organization_memberships as o
      where o.snapshot_id = s.other_id
        and o.membership_id = r.membership_id
        and o.user_id = r.user_id
        and (o.organization_id = r.organization_id
          or (o.organization_id is null and r.organization_id is null))
        and (o.is_default = r.is_default or (o.is_default is null and r.is_default is null))
    )
),
field as (
  -- One row per such record and field.
  select
    'account' as kind,
    r.record_id as record_id,
    r.is_new as is_new,
    f.field as field,
    case f.field
      when 'account_name' then r.account_name
      when 'stored_organization_id' then cast(r.stored_organization_id as text)
      when 'owner' then r.owner
      when 'parent_account_id' then r.parent_account_id
    end as value
  from account as r
  cross join (
    select 'account_name' as field
    union all
    select 'stored_organization_id' as field
    union all
    select 'owner' as field
    union all
    select 'parent_account_id' as field
  ) as f
  union all
  select
    'organization' as kind,
    cast(r.record_id as text) as record_id,
    r.is_new as is_new,
    f.field as field,
    case f.field
      when 'name' then r.name
      when 'external_id' then r.external_id
      when 'domain_names' then r.domain_names
    end as value
  from organization as r
  cross join (
    select 'name' as field
    union all
    select 'external_id' as field
    union all
    select 'domain_names' as field
  ) as f
  union all
  select
    'user' as kind,
    cast(r.record_id as text) as record_id,
    r.is_new as is_new,
    f.field as field,
    case f.field
      when 'email_domain' then r.email_domain
      when 'role' then r.role
      when 'is_suspended' then cast(r.is_suspended as text)
      when 'default_organization_id' then cast(r.default_organization_id as text)
    end as value
  from user as r
  cross join (
    select 'email_domain' as field
    union all
    select 'role' as field
    union all
    select 'is_suspended' as field
    union all
    select 'default_organization_id' as field
  ) as f
  union all
  select
    'membership' as kind,
    cast(r.record_id as text) as record_id,
    r.is_new as is_new,
    f.field as field,
    case f.field
      when 'user_id' then cast(r.user_id as text)
      when 'organization_id' then cast(r.organization_id as text)
      when 'is_default' then cast(r.is_default as text)
    end as value
  from membership as r
  cross join (
    select 'user_id' as field
    union all
    select 'organization_id' as field
    union all
    select 'is_default' as field
  ) as f
),
sided as (
  -- One row per record and field, the two days side by side.
  select
    f.kind as kind,
    f.record_id as record_id,
    f.field as field,
    max(1 - f.is_new) as was_there,
    max(f.is_new) as is_there,
    max(case when f.is_new = 0 then f.value end) as value_before,
    max(case when f.is_new = 1 then f.value end) as value_after
  from field as f
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
