-- The organizations whose members are counted anew: they or their members changed, or whose domains the members are on.
-- Those that are not asked now were asked before only if they changed.
insert or ignore into temp.dirty_asked_organization (organization_id)
-- input: _link_organization
select o.organization_id
from temp.changed_link_organization as o
union all
-- input: _membership_versions
select m.organization_id
from temp.changed_membership_versions as m
cross join _link_organization as o
where o.organization_id = m.organization_id
  and o.is_asked = 1
union all
-- input: _user_versions
select m.organization_id
from _run_context as c
cross join temp.changed_user_versions as u
cross join _membership_versions as m
cross join _link_organization as o
where m.user_id = u.user_id
  and m.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < m.valid_to
  and o.organization_id = m.organization_id
  and o.is_asked = 1
union all
-- input: _link_domain_owner
select r.organization_id
from _link_member as r
where r.domain_id in (
    select g.domain_id
    from temp.gone_link_domain_owner as g
  )
  or (
    -- Nobody expected the domain before.
    r.domain_id = 0
    and exists (select 1 from temp.come_link_domain_owner)
  )
