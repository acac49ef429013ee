-- One row per account of the list (?1, a JSON array) and organization that carries its id, as of a
-- Salesforce snapshot (?2) and a Zendesk snapshot (?3).
--
-- The id of an account that was merged away stands for the account that won.
select
  a.account_id as account_id,
  o.organization_id as organization_id
from _organization_versions as o
left join _account_merge_versions as m
  on m.merged_account_id = o.key_account_id
  and m.valid_from <= ?2
  and ?2 < m.valid_to
cross join _account_versions as a
where o.valid_from <= ?3
  and ?3 < o.valid_to
  and coalesce(m.account_id, o.key_account_id) in (
    select j.value
    from json_each(?1) as j
  )
  and a.account_id = coalesce(m.account_id, o.key_account_id)
  and a.valid_from <= ?2
  and ?2 < a.valid_to
order by a.account_id, o.organization_id
