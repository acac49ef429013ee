-- Issues that a suppression names by code and account.
insert into temp.covered (issue_key, suppression_id)
select
  d.issue_key,
  min(s.suppression_id)
from suppressions as s
cross join temp.detected as d
where s.removed_at is null
  and s.expires_on >= :today
  and d.account_id = s.account_id
  and d.code = s.code
group by d.issue_key
on conflict (issue_key) do nothing
