-- Makes an organization the default one of a user who is in none.
update _user_versions
set default_organization_id = :organization_id
where user_id = :user_id
  and valid_to = 9223372036854775807
  and not exists (
    select 1
    from _membership_versions as m
    where m.user_id = :user_id
      and m.valid_to = 9223372036854775807
  )
