-- One row per account of the run, whether its row could be used or not.
--
-- reads: _run_context _account_versions _account_merge_versions _unread_accounts
--
-- is_unread: 1 if its row was in the file and could not be used; it has no link, but what it claims counts. A row
-- whose id cannot be read is an account of its own, called as its line, such as `row 12`: has_id is 0. The parent
-- that was merged away stands for the account that won; what stands above an unread account is not known.
select
  a.account_id as account_id,
  0 as is_unread,
  1 as has_id,
  a.stored_organization_id as stored_organization_id,
  case
    when a.stored_organization_raw is not null and a.stored_organization_id is null then 1
    else 0
  end as is_stored_unreadable,
  coalesce(m.account_id, a.parent_account_id) as parent_account_id
from _run_context as c
cross join _account_versions as a
left join _account_merge_versions as m
  on m.merged_account_id = a.parent_account_id
  and m.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < m.valid_to
where a.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < a.valid_to
  and not exists (
    select 1
    from _unread_accounts as u
    where u.snapshot_id = c.salesforce_snapshot_id
      and u.account_id = a.account_id
  )
union all
select
  u.account_id as account_id,
  1 as is_unread,
  u.has_id as has_id,
  null as stored_organization_id,
  0 as is_stored_unreadable,
  null as parent_account_id
from _run_context as c
cross join _unread_accounts as u
where u.snapshot_id = c.salesforce_snapshot_id
