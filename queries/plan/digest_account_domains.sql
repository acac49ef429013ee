-- The domains of the accounts of a snapshot, by name: the numbers of domains differ between warehouses.
select
  v.account_id as account_id,
  d.domain as domain
from _account_domain_versions as v
cross join _domains as d
where v.valid_from <= :snapshot_id
  and :snapshot_id < v.valid_to
  and d.domain_id = v.domain_id
order by v.account_id, d.domain
