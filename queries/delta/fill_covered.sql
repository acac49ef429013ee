-- What suppressions cover today of the issues that were open before.
insert into temp.covered (issue_key, suppression_id)
select s.issue_key, s.suppression_id
from issue_suppressed as s
