-- Makes the users whom a domain pulls in members: Zendesk takes everybody with a verified address on it, but where a user
-- may have one organization only, those who are in one stay there.
insert into _membership_versions (user_id, membership_id, valid_from, valid_to, hash_high, hash_low, organization_id,
  is_default, created_at)
select
  u.user_id,
  -:organization_id,
  :snapshot_id,
  9223372036854775807,
  0,
  0,
  :organization_id,
  case when u.default_organization_id = :organization_id then 1 else 0 end,
  null
from _run_context as c
cross join _domains as d
cross join temp.domain_user as w
cross join _user_versions as u
where d.domain = :domain
  and w.domain_id = d.domain_id
  and u.user_id = w.user_id
  and u.valid_to = 9223372036854775807
  and not exists (
    select 1
    from _membership_versions as m
    where m.user_id = u.user_id
      and m.valid_to = 9223372036854775807
      and (c.is_multiple_allowed = 0 or m.organization_id = :organization_id)
  )
