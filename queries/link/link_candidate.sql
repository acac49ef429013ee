-- One row per account without a mark on any organization and organization that holds one of its
-- domains: D(a). is_kept marks K(a), is_blank an organization whose external_id is blank.
--
-- reads: _run_context _account_versions _link_expected_domain _link_domain_holder _link_claim
--   _organization_versions
--
-- K(a) leaves out an organization that serves another account which expects the same domains: all the
-- domains of a that the organization holds.
with pair as (
  -- One row per account and organization, however many domains they share.
  select distinct
    a.account_id as account_id,
    h.organization_id as organization_id
  from _run_context as c
  cross join _account_versions as a
  cross join _link_expected_domain as x
  cross join _link_domain_holder as h
  where a.valid_from <= c.salesforce_snapshot_id
    and c.salesforce_snapshot_id < a.valid_to
    and not exists (
      select 1
      from _link_claim as k
      where k.account_id = a.account_id
    )
    and x.account_id = a.account_id
    and h.domain_id = x.domain_id
)
select
  p.account_id as account_id,
  p.organization_id as organization_id,
  case
    when exists (
      select 1
      from _link_claim as k
      where k.organization_id = p.organization_id
        and k.account_id <> p.account_id
        and not exists (
          select 1
          from _link_expected_domain as xa
          cross join _link_domain_holder as h
          where xa.account_id = p.account_id
            and h.domain_id = xa.domain_id
            and h.organization_id = p.organization_id
            and not exists (
              select 1
              from _link_expected_domain as xb
              where xb.domain_id = xa.domain_id
                and xb.account_id = k.account_id
            )
        )
    ) then 0
    else 1
  end as is_kept,
  case when o.external_id_key is null then 1 else 0 end as is_blank
from _run_context as c
cross join pair as p
cross join _organization_versions as o
where o.organization_id = p.organization_id
  and o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
