-- One row per organization that no account points to and that has users, by membership or as their default, or
-- tickets.
--
-- reads: _run_context _membership_versions _link_orphan _user_versions _ticket_versions
with part as (
  -- One to three rows per organization, to be added up.
  select
    r.organization_id as organization_id,
    count(*) as member_count,
    0 as default_user_count,
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
    count(*) as default_user_count,
    0 as ticket_count
  from _run_context as c
  cross join _user_versions as u
  cross join _link_orphan as r
  where u.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < u.valid_to
    and r.organization_id = u.default_organization_id
  group by r.organization_id
  union all
  select
    r.organization_id as organization_id,
    0 as member_count,
    0 as default_user_count,
    count(*) as ticket_count
  from _run_context as c
  cross join _ticket_versions as t
  cross join _link_orphan as r
  where t.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < t.valid_to
    and (t.status is null or t.status <> 'deleted')
    and r.organization_id = t.organization_id
  group by r.organization_id
)
select
  p.organization_id as organization_id,
  sum(p.member_count) as member_count,
  sum(p.default_user_count) as default_user_count,
  sum(p.ticket_count) as ticket_count
from part as p
group by p.organization_id
