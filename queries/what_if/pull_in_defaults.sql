-- Makes an organization the default one of the users whom a domain pulls in and who are in none.
update _user_versions
set default_organization_id = :organization_id
where valid_to = 9223372036854775807
  and is_verified = 1
  and is_active = 1
  and email_domain_id = (
    select d.domain_id
    from _domains as d
    where d.domain = :domain
  )
  and not exists (
    select 1
    from _membership_versions as m
    where m.user_id = _user_versions.user_id
      and m.valid_to = 9223372036854775807
  )
