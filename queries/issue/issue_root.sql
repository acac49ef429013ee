-- One row per issue that may wait for another: the one to look at first, null if there is none.
--
-- A ticket waits for its requester's issue, else for the account's. A user of an account whose organization is
-- in doubt waits for the account's organization issue. An issue refused because another account claims the
-- organization waits for the claimant's.
select
  d.issue_key as issue_key,
  case
    when d.layer = 'ticket' then coalesce(
      (
        select min(r.issue_key)
        from detected as r
        where r.user_id = d.user_id
          and r.layer = 'user'
          and r.family = 'drift'
      ),
      (
        select min(r.issue_key)
        from detected as r
        where r.account_id = d.account_id
          and r.layer = 'organization'
          and r.family = 'drift'
      )
    )
    when d.layer = 'user' and l.link_state in ('duplicate', 'contested', 'candidate') then (
      select min(r.issue_key)
      from detected as r
      where r.account_id = d.account_id
        and r.layer = 'organization'
        and r.family = 'drift'
    )
    else (
      select min(r.issue_key)
      from _link_claimant as k
      cross join detected as r
      where k.account_id = d.account_id
        and r.account_id = k.claimant_account_id
        and r.layer = 'organization'
        and r.family = 'drift'
    )
  end as root_issue_key
from detected as d
left join _link_account as l
  on l.account_id = d.account_id
where d.family = 'drift'
  and (
    d.layer = 'ticket'
    or d.blocked_reason = 'org_claimed_by_other_account'
    or (d.layer = 'user' and l.link_state in ('duplicate', 'contested', 'candidate'))
  )
