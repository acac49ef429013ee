-- One row per organization of a prepared issue or of its user, as of the run's snapshot.
select
  o.organization_id as organization_id,
  o.name as name,
  o.external_id as external_id,
  coalesce(o.domain_names, '[]') as domain_names,
  coalesce(o.is_shared_tickets, 1) as is_shared_tickets,
  coalesce(o.is_shared_comments, 1) as is_shared_comments,
  coalesce(o.account_fields, '{}') as account_fields
from runs as r
cross join temp.planned_organization as p
cross join _organization_versions as o
where r.run_id = :run_id
  and o.organization_id = p.organization_id
  and o.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < o.valid_to
