-- One row per account of a run: the organization that it resolves to, and by which rule.
--
-- A run whose accounts or organizations were not complete resolved nothing and has no rows.
select
  r.run_id as run_id,
  v.account_id as account_id,
  v.link_state as link_state,
  v.organization_id as organization_id,
  v.match_rule as match_rule,
  cast(
    (
      select o.name
      from _organization_versions as o
      where o.organization_id = v.organization_id
        and o.valid_from <= r.zendesk_snapshot_id
        and r.zendesk_snapshot_id < o.valid_to
    ) as text
  ) as organization_name
from runs as r
cross join _link_versions as v
where v.valid_from <= r.run_id
  and r.run_id < v.valid_to
  -- Every code needs accounts and organizations.
  and exists (
    select 1
    from run_coverage as k
    where k.run_id = r.run_id
      and k.is_evaluated = 1
  )
