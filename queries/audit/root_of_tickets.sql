-- A ticket waits for its requester's issue, else for the account's.
update temp.detected
set root_issue_key = coalesce(
  (
    select min(r.issue_key)
    from temp.detected as r
    where r.user_id = detected.user_id
      and r.layer = 'user'
      and r.family = 'drift'
  ),
  (
    select min(r.issue_key)
    from temp.detected as r
    where r.account_id = detected.account_id
      and r.layer = 'organization'
      and r.family = 'drift'
  )
)
where issue_key in (
  -- Found in the index, and only those that have a root: the rows themselves are wide.
  select d.issue_key
  from temp.detected as d
  where d.layer = 'ticket'
    and (
      exists (
        select 1
        from temp.detected as r
        where r.user_id = d.user_id
          and r.layer = 'user'
          and r.family = 'drift'
      )
      or exists (
        select 1
        from temp.detected as r
        where r.account_id = d.account_id
          and r.layer = 'organization'
          and r.family = 'drift'
      )
    )
)
