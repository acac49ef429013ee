-- One row per account of the list (?1, a JSON array), as of a Salesforce snapshot (?2): of an account whose row
-- could not be used there, the earlier one.
select
  v.account_id as account_id,
  v.account_name as account_name,
  v.stored_organization_raw as stored_organization_raw,
  v.stored_organization_id as stored_organization_id,
  v.owner as owner,
  v.parent_account_id as parent_account_id,
  case
    when exists (
      select 1
      from _unread_accounts as u
      where u.snapshot_id = ?2
        and u.account_id = v.account_id
    ) then 1
    else 0
  end as is_unread
from json_each(?1) as j
cross join _account_versions as v
where v.account_id = j.value
  and v.valid_from <= ?2
  and ?2 < v.valid_to
order by v.account_id
