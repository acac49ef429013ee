-- One row per version of a user with an address on a domain (?1), or with one that has no domain (?1 is
-- null): the address and when the user had it.
select
  v.user_id as user_id,
  v.email as email,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from _user_versions as v
left join _domains as d
  on d.domain_id = v.email_domain_id
where d.domain is not distinct from ?1
  and v.email is not null
order by v.user_id, v.valid_from
