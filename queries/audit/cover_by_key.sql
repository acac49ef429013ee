-- Issues that a suppression names by their key.
insert into temp.covered (issue_key, suppression_id)
select
  d.issue_key,
  min(s.suppression_id)
from suppressions as s
cross join temp.detected as d
where s.removed_at is null
  and s.expires_on >= :today
  and d.issue_key = s.issue_key
group by d.issue_key
