-- The accounts of a snapshot in the order of their ids; without owners, who are people.
select
  v.account_id as account_id,
  v.account_name as account_name,
  v.stored_organization_raw as stored_organization_raw,
  v.stored_organization_id as stored_organization_id,
  v.parent_account_id as parent_account_id
from _account_versions as v
where v.valid_from <= :snapshot_id
  and :snapshot_id < v.valid_to
order by v.account_id
