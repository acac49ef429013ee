-- One row per organization of the list (?1, a JSON array) and account that stores its id or whose id it
-- carries, as of a Salesforce snapshot (?2) and a Zendesk snapshot (?3).
--
-- A stored id of an organization that does not exist claims nothing.
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
  and o.organization_id = a.stored_organization_id
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
  on m.merged_account_id = o.external_account_id
  and m.valid_from <= ?2
  and ?2 < m.valid_to
cross join _account_versions as a
where o.organization_id = j.value
  and o.valid_from <= ?3
  and ?3 < o.valid_to
  and a.account_id = coalesce(m.account_id, o.external_account_id)
  and a.valid_from <= ?2
  and ?2 < a.valid_to
order by 1, 2, 3
