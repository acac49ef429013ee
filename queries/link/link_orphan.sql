-- One row per organization that no account of the run points to: by stored id, external_id or domain.
--
-- reads: _link_organization _link_claim _link_domain_holder
--
-- One whose key or domains were not read may be somebody's, so it is none.
select
  o.organization_id as organization_id,
  o.is_blank as is_blank
from _link_organization as o
where o.is_key_undecided = 0
  and o.is_domains_undecided = 0
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
