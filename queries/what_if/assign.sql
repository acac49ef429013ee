-- Makes a user a member of an organization, unless a domain did.
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
from _user_versions as u
where u.user_id = :user_id
  and u.valid_to = 9223372036854775807
  and not exists (
    select 1
    from _membership_versions as m
    where m.user_id = u.user_id
      and m.valid_to = 9223372036854775807
      and m.organization_id = :organization_id
  )
