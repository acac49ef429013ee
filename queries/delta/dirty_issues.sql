-- The issues that another suppression covers than before, or none, or now one: what they are without it is found out
-- again.
insert or ignore into temp.dirty_issue (issue_key, user_id, ticket_id)
select v.issue_key, v.user_id, v.ticket_id
from temp.covered as s
cross join _issue_versions as v
where v.issue_key = s.issue_key
  and v.valid_to = 9223372036854775807
  and (v.suppressed_by is null or v.suppressed_by <> s.suppression_id)
union all
select v.issue_key, v.user_id, v.ticket_id
from _issue_versions as v
where v.suppressed_by is not null
  and v.valid_to = 9223372036854775807
  and not exists (
    select 1
    from temp.covered as s
    where s.issue_key = v.issue_key
  )
