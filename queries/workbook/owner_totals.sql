-- One row: how many accounts of an owner were read, and how many of them have an unsuppressed issue.
--
-- :run_id is the run, :owner the owner; empty: accounts without one.
with account as (
  -- One row per account of the owner that was read.
  select a.account_id as account_id
  from runs as r
  cross join _account_versions as a
  where r.run_id = :run_id
    and a.valid_from <= r.salesforce_snapshot_id
    and r.salesforce_snapshot_id < a.valid_to
    and coalesce(a.owner, '') = :owner
    and not exists (
      select 1
      from _unread_accounts as u
      where u.snapshot_id = r.salesforce_snapshot_id
        and u.account_id = a.account_id
    )
)
select
  (select count(*) from account as a) as account_count,
  (
    select count(*)
    from exceptions_by_account as e
    where e.run_id = :run_id
      and coalesce(e.owner, '') = :owner
      and e.total_issue_count > e.suppressed_count
  ) as affected_account_count
