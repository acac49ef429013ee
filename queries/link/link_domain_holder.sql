-- One row per domain that accounts expect and organization that holds it: holders(d).
--
-- reads: _run_context _organization_domain_versions _link_domain_owner
select
  v.domain_id as domain_id,
  v.organization_id as organization_id
from _run_context as c
cross join _organization_domain_versions as v
cross join _link_domain_owner as w
where v.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < v.valid_to
  and w.domain_id = v.domain_id
