-- The users on whose domain something changed, and those whose default organization is newly nobody's. The users are
-- passed once, and only if there is something to look for; few are meant, so that is asked first.
create temp table scanned_user as
select u.user_id, u.email_domain_id, u.default_organization_id
from (
  select 1 as is_needed
  where exists (select 1 from temp.wanted_user_domain)
    or exists (select 1 from temp.newly_orphan)
) as g
cross join _run_context as c
cross join _user_versions as u
where (
    u.email_domain_id in (select d.domain_id from temp.wanted_user_domain as d)
    or u.default_organization_id in (select o.organization_id from temp.newly_orphan as o)
  )
  and u.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < u.valid_to
