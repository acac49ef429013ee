-- A user of an account whose organization is in doubt waits for the account's organization issue; an
-- issue refused because another account claims the organization waits for the claimant's.
update temp.detected
set root_issue_key = case
  when layer = 'user' and exists (
    select 1
    from _link_account as l
    where l.account_id = detected.account_id
      and l.link_state in ('duplicate', 'contested', 'candidate')
  ) then (
    select min(r.issue_key)
    from temp.detected as r
    where r.account_id = detected.account_id
      and r.layer = 'organization'
      and r.family = 'drift'
  )
  else (
    select min(r.issue_key)
    from _link_claimant as k
    cross join temp.detected as r
    where k.account_id = detected.account_id
      and r.account_id = k.claimant_account_id
      and r.layer = 'organization'
      and r.family = 'drift'
  )
end
where issue_key in (
  -- Found in the index: the rows themselves are wide.
  select d.issue_key
  from temp.detected as d
  where d.family = 'drift'
    and (
      d.blocked_reason = 'org_claimed_by_other_account'
      or (d.layer = 'user'
        and exists (
          select 1
          from _link_account as l
          where l.account_id = d.account_id
            and l.link_state in ('duplicate', 'contested', 'candidate')
        ))
    )
)
