-- One row per account without organization: how many organizations are near, and whether it is proven that none is.
--
-- reads: _link_known_account _link_near_organization _link_ancestor _link_claim _link_account _link_organization
--   _run_context
with recursive below as (
  -- One row per account that is unread or stands below one that is.
  select a.account_id as account_id
  from _link_known_account as a
  where a.is_unread = 1
  union
  select a.account_id as account_id
  from below as b
  cross join _link_known_account as a
  where a.parent_account_id = b.account_id
),
served as (
  -- One row per account and near organization that is an ancestor's.
  select distinct
    n.account_id as account_id,
    n.organization_id as organization_id
  from _link_near_organization as n
  cross join _link_ancestor as g
  cross join _link_claim as k
  where g.account_id = n.account_id
    and k.account_id = g.ancestor_account_id
    and k.organization_id = n.organization_id
),
near as (
  -- One row per account and near organization.
  select
    n.account_id as account_id,
    n.organization_id as organization_id,
    min(n.is_foreign) as is_foreign
  from _link_near_organization as n
  group by n.account_id, n.organization_id
),
part as (
  -- One row per account, and further ones to be added up.
  select
    l.account_id as account_id,
    0 as near_count,
    0 as own_count,
    0 as served_count,
    0 as unread_ancestor_count
  from _link_account as l
  where l.link_state = 'missing'
  union all
  select
    n.account_id as account_id,
    1 as near_count,
    1 - n.is_foreign as own_count,
    0 as served_count,
    0 as unread_ancestor_count
  from near as n
  union all
  select
    s.account_id as account_id,
    0 as near_count,
    0 as own_count,
    1 as served_count,
    0 as unread_ancestor_count
  from served as s
  union all
  select
    l.account_id as account_id,
    0 as near_count,
    0 as own_count,
    0 as served_count,
    1 as unread_ancestor_count
  from below as b
  cross join _link_account as l
  where l.account_id = b.account_id
    and l.link_state = 'missing'
),
summed as (
  -- One row per account.
  select
    p.account_id as account_id,
    sum(p.near_count) as near_count,
    sum(p.own_count) as own_count,
    sum(p.served_count) as served_count,
    sum(p.unread_ancestor_count) as unread_ancestor_count
  from part as p
  group by p.account_id
)
select
  s.account_id as account_id,
  s.near_count as near_count,
  s.own_count as own_count,
  s.served_count as served_count,
  case
    when c.is_absence_proof = 0 or s.unread_ancestor_count > 0 then 0
    -- A fact was not read that could make an organization near.
    when exists (
      select 1
      from _link_organization as o
      where o.is_key_undecided = 1
        or o.is_domains_undecided = 1
    ) then 0
    else 1
  end as is_absence_proven
from _run_context as c
cross join summed as s
