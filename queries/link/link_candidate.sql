-- One row per account that no mark ties to an organization, or that is unread, and organization that holds one of
-- its domains: D(a). is_kept marks K(a), is_blank an organization whose key is blank.
--
-- reads: _link_known_account _link_expected_domain _link_domain_holder _link_claim _run_context
--   _organization_versions
--
-- K(a) leaves out an organization that serves another account which expects the same domains: all the
-- domains of a that the organization holds.
with shared as (
  -- One row per account, organization and domain that the one expects and the other holds.
  select
    a.account_id as account_id,
    h.organization_id as organization_id,
    h.domain_id as domain_id
  from _link_known_account as a
  cross join _link_expected_domain as x
  cross join _link_domain_holder as h
  where (
      a.is_unread = 1
      or not exists (
        select 1
        from _link_claim as k
        where k.account_id = a.account_id
      )
    )
    and x.account_id = a.account_id
    and h.domain_id = x.domain_id
),
part as (
  -- One row per account and organization, to be put together: how many domains they share.
  select
    s.account_id as account_id,
    s.organization_id as organization_id,
    count(*) as shared_count,
    0 as served_count
  from shared as s
  group by s.account_id, s.organization_id
  union all
  -- One row per account, organization and other account that it serves: how many of the shared domains
  -- the other one expects. It may carry both marks of the other one.
  select
    s.account_id as account_id,
    s.organization_id as organization_id,
    0 as shared_count,
    count(distinct s.domain_id) as served_count
  from shared as s
  cross join _link_claim as k
  cross join _link_expected_domain as x
  where k.organization_id = s.organization_id
    and k.account_id <> s.account_id
    and x.account_id = k.account_id
    and x.domain_id = s.domain_id
  group by s.account_id, s.organization_id, k.account_id
),
pair as (
  -- One row per account and organization, however many domains they share.
  select
    p.account_id as account_id,
    p.organization_id as organization_id,
    max(p.shared_count) as shared_count,
    max(p.served_count) as served_count
  from part as p
  group by p.account_id, p.organization_id
)
select
  p.account_id as account_id,
  p.organization_id as organization_id,
  case when p.served_count = p.shared_count then 0 else 1 end as is_kept,
  case when o.account_key is null then 1 else 0 end as is_blank
from _run_context as c
cross join pair as p
cross join _organization_versions as o
where o.organization_id = p.organization_id
  and o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
