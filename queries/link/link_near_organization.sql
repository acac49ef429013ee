-- One row per account without organization and organization that may be its own, by one sign: it holds a domain of
-- the account (domain), has its id in a field (field), has its name (name), or two or more of its eligible members are
-- on domains of the account (members).
--
-- reads: _link_organization _run_context _link_account _link_expected_domain _link_domain_user _membership_versions
--   _link_candidate _link_field_account _link_account_name
--
-- Of the organizations of one name the first twenty count, those that belong to nobody before others: a name that many
-- have says nothing of any.
with named as (
  -- One row per organization with a name, with its place among those of that name.
  select
    o.organization_id as organization_id,
    o.name_key as name_key,
    row_number() over (
      partition by o.name_key
      order by case when o.first_account_id is null then 0 else 1 end, o.organization_id
    ) as place
  from _link_organization as o
  where o.name_key is not null
),
member as (
  -- One row per account and organization with eligible members on domains of the account.
  select
    l.account_id as account_id,
    m.organization_id as organization_id,
    u.user_id as user_id
  from _run_context as c
  cross join _link_account as l
  cross join _link_expected_domain as x
  cross join _link_domain_user as u
  cross join _membership_versions as m
  where l.link_state = 'missing'
    and x.account_id = l.account_id
    and u.domain_id = x.domain_id
    and u.is_decided = 1
    and m.user_id = u.user_id
    and m.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < m.valid_to
),
sign as (
  -- One row per account, organization and sign.
  select
    l.account_id as account_id,
    k.organization_id as organization_id,
    'domain' as sign,
    null as field
  from _link_account as l
  cross join _link_candidate as k
  where l.link_state = 'missing'
    and k.account_id = l.account_id
  union all
  select
    l.account_id as account_id,
    f.organization_id as organization_id,
    'field' as sign,
    f.field as field
  from _link_field_account as f
  cross join _link_account as l
  where l.account_id = f.account_id
    and l.link_state = 'missing'
  union all
  select
    l.account_id as account_id,
    n.organization_id as organization_id,
    'name' as sign,
    null as field
  from named as n
  cross join _link_account_name as a
  cross join _link_account as l
  where n.place <= 20
    and a.name_key = n.name_key
    and l.account_id = a.account_id
    and l.link_state = 'missing'
  union all
  select
    m.account_id as account_id,
    m.organization_id as organization_id,
    'members' as sign,
    null as field
  from member as m
  group by m.account_id, m.organization_id
  having count(distinct m.user_id) >= 2
)
select
  s.account_id as account_id,
  s.organization_id as organization_id,
  s.sign as sign,
  s.field as field,
  case
    when o.first_account_id <> s.account_id or o.last_account_id <> s.account_id then 1
    else 0
  end as is_foreign
from sign as s
cross join _link_organization as o
where o.organization_id = s.organization_id
