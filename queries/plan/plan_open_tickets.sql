-- One row per affected user with open tickets: how many.
select
  a.user_id as user_id,
  count(*) as open_ticket_count
from runs as r
cross join _ticket_versions as t
cross join temp.affected_user as a
where r.run_id = :run_id
  and t.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < t.valid_to
  and t.status in ('new', 'open', 'pending', 'hold')
  and a.user_id = t.requester_id
group by a.user_id
