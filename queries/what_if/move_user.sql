-- Makes an organization the default one of a user.
update _user_versions
set default_organization_id = :organization_id
where user_id = :user_id
  and valid_to = 9223372036854775807
