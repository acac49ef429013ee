-- Makes the membership in an organization the default one of a user.
update _membership_versions
set is_default = case when organization_id = :organization_id then 1 else 0 end
where user_id = :user_id
  and valid_to = 9223372036854775807
