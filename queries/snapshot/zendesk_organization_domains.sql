-- One row per domain that a Zendesk organization holds, as of each Zendesk snapshot.
select
  s.snapshot_id as snapshot_id,
  v.organization_id as organization_id,
  d.domain as domain
from snapshots as s
cross join _organization_domain_versions as v
cross join _domains as d
where s.source = 'zendesk'
  and v.valid_from <= s.snapshot_id
  and s.snapshot_id < v.valid_to
  and d.domain_id = v.domain_id
