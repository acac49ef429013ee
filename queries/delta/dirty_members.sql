-- The users whose memberships are looked at again for domains that belong to nobody there.
insert or ignore into temp.dirty_member (user_id)
-- input: _user_versions
select u.user_id
from temp.changed_user_versions as u
union all
-- input: _membership_versions
select m.user_id
from temp.changed_membership_versions as m
union all
-- input: dirty_organization
select m.user_id
from temp.scanned_membership as m
where m.organization_id in (
  select o.organization_id
  from temp.dirty_organization as o
)
union all
-- input: suppressions
select i.user_id
from temp.dirty_issue as i
where i.user_id is not null
  and i.ticket_id is null
