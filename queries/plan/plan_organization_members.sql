-- One row per organization of a prepared issue that has members: how many.
select
  p.organization_id as organization_id,
  count(*) as member_count
from runs as r
cross join _membership_versions as m
cross join temp.planned_organization as p
where r.run_id = :run_id
  and m.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < m.valid_to
  and p.organization_id = m.organization_id
group by p.organization_id
