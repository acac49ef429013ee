-- Makes an organization the default one of the users whom a domain pulls in and who are in none.
update _user_versions
set default_organization_id = :organization_id
where valid_to = 9223372036854775807
  and user_id in (
    select w.user_id
    from _domains as d
    cross join temp.domain_user as w
    where d.domain = :domain
      and w.domain_id = d.domain_id
  )
  and not exists (
    select 1
    from _membership_versions as m
    where m.user_id = _user_versions.user_id
      and m.valid_to = 9223372036854775807
  )
