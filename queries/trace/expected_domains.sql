-- One row per account of the list (?1, a JSON array) and domain that Salesforce expects of it, as of a
-- Salesforce snapshot (?2). Personal: on the list of domains that identify nobody, as it stands now.
select
  v.account_id as account_id,
  v.domain_id as domain_id,
  d.domain as domain,
  case when d.listed_kind is null then 0 else 1 end as is_personal
from json_each(?1) as j
cross join _account_domain_versions as v
cross join _domains as d
where v.account_id = j.value
  and v.valid_from <= ?2
  and ?2 < v.valid_to
  and d.domain_id = v.domain_id
order by v.account_id, d.domain
