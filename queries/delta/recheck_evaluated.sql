-- The open issues of what was looked at again: all of the codes that were evaluated as a whole, and those about the
-- users, members and tickets in question. Keys begin with the code, then the user or the ticket.
insert or ignore into temp.rechecked (issue_key)
select v.issue_key
from temp.delta_code as e
cross join _issue_versions as v
where e.scope = 'whole'
  and v.issue_key >= e.code || '/'
  and v.issue_key < e.code || '0'
  and v.valid_to = 9223372036854775807
union all
select v.issue_key
from temp.delta_code as e
cross join temp.dirty_user as u
cross join _issue_versions as v
where e.scope = 'user'
  and v.issue_key >= e.code || '/' || cast(u.user_id as text)
  and v.issue_key < e.code || '/' || cast(u.user_id as text) || '0'
  and v.valid_to = 9223372036854775807
union all
select v.issue_key
from temp.delta_code as e
cross join temp.dirty_member as u
cross join _issue_versions as v
where e.scope = 'member'
  and v.issue_key >= e.code || '/' || cast(u.user_id as text)
  and v.issue_key < e.code || '/' || cast(u.user_id as text) || '0'
  and v.valid_to = 9223372036854775807
union all
select v.issue_key
from temp.delta_code as e
cross join temp.dirty_ticket as t
cross join _issue_versions as v
where e.scope = 'ticket'
  and v.issue_key >= e.code || '/' || cast(t.ticket_id as text)
  and v.issue_key < e.code || '/' || cast(t.ticket_id as text) || '0'
  and v.valid_to = 9223372036854775807
