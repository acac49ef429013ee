-- One row per organization of the list (?1, a JSON array), as of a Zendesk snapshot (?2).
select
  v.organization_id as organization_id,
  v.name as name,
  v.external_id as external_id,
  v.account_key as external_id_key,
  v.key_account_id as external_account_id,
  coalesce(v.is_shared_tickets, 1) as is_shared_tickets,
  coalesce(v.is_shared_comments, 1) as is_shared_comments,
  v.created_at as created_at
from json_each(?1) as j
cross join _organization_versions as v
where v.organization_id = j.value
  and v.valid_from <= ?2
  and ?2 < v.valid_to
order by v.organization_id
