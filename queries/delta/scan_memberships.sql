-- The memberships in organizations about which something changed, or that are newly nobody's.
create temp table scanned_membership as
select m.user_id, m.membership_id, m.organization_id
from (
  select 1 as is_needed
  where exists (select 1 from temp.dirty_organization)
    or exists (select 1 from temp.newly_orphan)
) as g
cross join _run_context as c
cross join _membership_versions as m
where m.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < m.valid_to
  and (
    m.organization_id in (select o.organization_id from temp.dirty_organization as o)
    or m.organization_id in (select o.organization_id from temp.newly_orphan as o)
  )
