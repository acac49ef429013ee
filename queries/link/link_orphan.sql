-- One row per organization that no account of the run points to: by stored id, external_id or domain.
--
-- reads: _run_context _organization_versions _link_claim _link_domain_holder
select
  o.organization_id as organization_id,
  case when o.account_key is null then 1 else 0 end as is_blank
from _run_context as c
cross join _organization_versions as o
where o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
  and not exists (
    select 1
    from _link_claim as k
    where k.organization_id = o.organization_id
  )
  and not exists (
    select 1
    from _link_domain_holder as h
    where h.organization_id = o.organization_id
  )
