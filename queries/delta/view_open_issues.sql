-- The open issues under the name by which issue_suppressed reads them.
create temp view detected as
select v.issue_key, v.code, v.account_id
from main._issue_versions as v
where v.valid_to = 9223372036854775807
