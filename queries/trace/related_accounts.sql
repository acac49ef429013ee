-- One row per account that points to an organization (?3): by stored id, by the id that the organization
-- carries, by a domain that it holds, or as a run (?4) resolved it; as of a Salesforce snapshot (?1) and a
-- Zendesk snapshot (?2).
select a.account_id as account_id
from _account_versions as a
where a.stored_organization_id = ?3
  and a.valid_from <= ?1
  and ?1 < a.valid_to
union
select a.account_id as account_id
from _organization_versions as o
left join _account_merge_versions as m
  on m.merged_account_id = o.key_account_id
  and m.valid_from <= ?1
  and ?1 < m.valid_to
cross join _account_versions as a
where o.organization_id = ?3
  and o.valid_from <= ?2
  and ?2 < o.valid_to
  and a.account_id = coalesce(m.account_id, o.key_account_id)
  and a.valid_from <= ?1
  and ?1 < a.valid_to
union
select v.account_id as account_id
from _account_domain_versions as v
cross join _domains as d
where v.domain_id in (
    select h.domain_id
    from _organization_domain_versions as h
    where h.organization_id = ?3
      and h.valid_from <= ?2
      and ?2 < h.valid_to
  )
  and v.valid_from <= ?1
  and ?1 < v.valid_to
  and d.domain_id = v.domain_id
  and d.listed_kind is null
union
select l.account_id as account_id
from account_links as l
where l.run_id = ?4
  and l.organization_id = ?3
order by 1
