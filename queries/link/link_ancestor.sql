-- One row per account and account above it, by parent_account_id, where somebody asks for them: the account's
-- organization has account ids in fields, or the account has no organization and one may be near.
--
-- reads: _link_known_account _link_account _link_field_account _link_near_organization
with recursive above as (
  -- One row per account and account above it. A circle ends, since no pair comes twice.
  select
    a.account_id as account_id,
    a.parent_account_id as ancestor_account_id
  from _link_known_account as a
  cross join _link_account as l
  where a.parent_account_id is not null
    and l.account_id = a.account_id
    and (
      exists (
        select 1
        from _link_field_account as f
        where f.organization_id = l.organization_id
      )
      or exists (
        select 1
        from _link_near_organization as n
        where n.account_id = l.account_id
      )
    )
  union
  select
    v.account_id as account_id,
    p.parent_account_id as ancestor_account_id
  from above as v
  cross join _link_known_account as p
  where p.account_id = v.ancestor_account_id
    and p.parent_account_id is not null
)
select
  v.account_id as account_id,
  v.ancestor_account_id as ancestor_account_id
from above as v
where v.ancestor_account_id <> v.account_id
