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
where layer = 'ticket'
