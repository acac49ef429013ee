-- One row per such user. :domains is a list in JSON.
insert into temp.domain_user (domain_id, user_id)
select
  u.email_domain_id,
  u.user_id
from _user_versions as u
where u.valid_to = 9223372036854775807
  and u.is_verified = 1
  and u.is_active = 1
  and u.email_domain_id in (
    select d.domain_id
    from json_each(:domains) as j
    cross join _domains as d
    where d.domain = j.value
  )
