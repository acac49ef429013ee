-- One row per organization of the list (?1, a JSON array) and account that stores its id or whose id it
-- carries, as of a Salesforce snapshot (?2) and a Zendesk snapshot (?3).
--
-- An unread account claims what its row names. A stored id of an organization that does not exist claims nothing.
select
  o.organization_id as organization_id,
  a.account_id as account_id,
  'stored_id' as match_rule
from _account_versions as a
cross join _organization_versions as o
where a.stored_organization_id in (
    select j.value
    from json_each(?1) as j
  )
  and a.valid_from <= ?2
  and ?2 < a.valid_to
  and not exists (
    select 1
    from _unread_accounts as u
    where u.snapshot_id = ?2
      and u.account_id = a.account_id
  )
  and o.organization_id = a.stored_organization_id
  and o.valid_from <= ?3
  and ?3 < o.valid_to
union all
select
  o.organization_id as organization_id,
  u.account_id as account_id,
  'stored_id' as match_rule
from json_each(?1) as j
cross join _unread_organizations as u
cross join _organization_versions as o
where u.snapshot_id = ?2
  and u.organization_id = j.value
  and o.organization_id = u.organization_id
  and o.valid_from <= ?3
  and ?3 < o.valid_to
union all
select
  o.organization_id as organization_id,
  a.account_id as account_id,
  'external_id' as match_rule
from json_each(?1) as j
cross join _organization_versions as o
left join _account_merge_versions as m
  on m.merged_account_id = o.key_account_id
  and m.valid_from <= ?2
  and ?2 < m.valid_to
cross join (
  -- One row per account, read or not.
  select v.account_id as account_id
  from _account_versions as v
  where v.valid_from <= ?2
    and ?2 < v.valid_to
  union
  select u.account_id as account_id
  from _unread_accounts as u
  where u.snapshot_id = ?2
) as a
where o.organization_id = j.value
  and o.valid_from <= ?3
  and ?3 < o.valid_to
  and a.account_id = coalesce(m.account_id, o.key_account_id)
order by 1, 2, 3
