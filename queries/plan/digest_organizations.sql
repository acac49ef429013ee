-- The organizations of a snapshot in the order of their ids.
select
  v.organization_id as organization_id,
  v.name as name,
  v.external_id as external_id,
  v.domain_names as domain_names,
  v.is_shared_tickets as is_shared_tickets,
  v.is_shared_comments as is_shared_comments,
  v.created_at as created_at,
  v.account_fields as account_fields,
  v.key_in_field as key_in_field,
  v.undecided_fields as undecided_fields
from _organization_versions as v
where v.valid_from <= :snapshot_id
  and :snapshot_id < v.valid_to
order by v.organization_id
