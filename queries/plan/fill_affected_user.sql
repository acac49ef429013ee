-- One row per user of a prepared issue and per user whom an added domain pulls in.
insert into temp.affected_user (user_id)
select p.user_id
from temp.planned as p
where p.user_id is not null
union
select u.user_id
from runs as r
cross join _user_versions as u
cross join temp.planned_domain as d
where r.run_id = :run_id
  and u.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < u.valid_to
  and u.is_verified = 1
  and u.is_active = 1
  and d.domain_id = u.email_domain_id
