-- The users that are looked at again: they, their memberships or a suppression of an issue of theirs changed, what
-- decides on their domain did, or an organization of theirs is somebody else's now.
--
-- An organization matters to users who lack something only: the relation still holds those of the run before.
insert or ignore into temp.dirty_user (user_id)
-- input: _user_versions
select u.user_id
from temp.changed_user_versions as u
union all
-- input: _membership_versions
select m.user_id
from temp.changed_membership_versions as m
union all
-- input: dirty_user_domain
select u.user_id
from temp.scanned_user as u
where u.email_domain_id in (
  select d.domain_id
  from temp.dirty_user_domain as d
)
union all
-- input: _link_organization
select u.user_id
from _link_user_drift as u
where u.default_organization_id in (
    select o.organization_id
    from temp.changed_link_organization as o
  )
  or exists (
    select 1
    from _run_context as c
    cross join _membership_versions as m
    where m.user_id = u.user_id
      and m.valid_from <= c.zendesk_snapshot_id
      and c.zendesk_snapshot_id < m.valid_to
      and m.organization_id in (
        select o.organization_id
        from temp.changed_link_organization as o
      )
  )
union all
-- input: suppressions
select i.user_id
from temp.dirty_issue as i
where i.user_id is not null
  and i.ticket_id is null
