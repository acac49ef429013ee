-- The earlier versions of the issues of touched accounts, under the name by which issue_first_seen reads them.
create temp table _issue_versions as
select v.issue_key, v.valid_from
from temp.touched_account as a
cross join temp.detected as d
cross join main._issue_versions as v
where d.account_id = a.account_id
  and v.issue_key = d.issue_key
