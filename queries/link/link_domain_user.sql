-- One row per user on an asked domain who is eligible, or may be: is_decided is 0 where a field that decides was not
-- read.
--
-- reads: _run_context _user_versions _link_asked_domain
select
  u.user_id as user_id,
  u.email_domain_id as domain_id,
  case when u.undecided_fields is null then 1 else 0 end as is_decided,
  u.is_verified as is_verified,
  u.ticket_restriction as ticket_restriction
from _run_context as c
cross join _user_versions as u
cross join _link_asked_domain as q
where u.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < u.valid_to
  and (u.role is null or u.role = 'end-user')
  and (u.is_active is null or u.is_active = 1)
  and (u.is_suspended is null or u.is_suspended = 0)
  and q.domain_id = u.email_domain_id
