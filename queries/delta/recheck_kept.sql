-- Their roots may have changed, so these are compared as well.
insert or ignore into temp.rechecked (issue_key)
select d.issue_key
from temp.touched_account as a
cross join temp.detected as d
where d.account_id = a.account_id
