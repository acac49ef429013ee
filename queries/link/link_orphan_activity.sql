-- One row per organization that no account points to and that has members or tickets.
--
-- reads: _run_context _membership_versions _link_orphan _ticket_versions
with part as (
  -- One or two rows per organization, to be added up.
  select
    r.organization_id as organization_id,
    count(*) as member_count,
    0 as ticket_count
  from _run_context as c
  cross join _membership_versions as m
  cross join _link_orphan as r
  where m.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < m.valid_to
    and r.organization_id = m.organization_id
  group by r.organization_id
  union all
  select
    r.organization_id as organization_id,
    0 as member_count,
    count(*) as ticket_count
  from _run_context as c
  cross join _ticket_versions as t
  cross join _link_orphan as r
  where t.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < t.valid_to
    and t.status <> 'deleted'
    and r.organization_id = t.organization_id
  group by r.organization_id
)
select
  p.organization_id as organization_id,
  sum(p.member_count) as member_count,
  sum(p.ticket_count) as ticket_count
from part as p
group by p.organization_id
