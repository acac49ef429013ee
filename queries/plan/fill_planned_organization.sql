-- One row per organization of a prepared issue, and per organization of its user.
insert into temp.planned_organization (organization_id)
select p.organization_id
from temp.planned as p
union
select m.organization_id
from runs as r
cross join temp.planned as p
cross join _membership_versions as m
where r.run_id = :run_id
  and m.user_id = p.user_id
  and m.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < m.valid_to
union
select u.default_organization_id
from runs as r
cross join temp.planned as p
cross join _user_versions as u
where r.run_id = :run_id
  and u.user_id = p.user_id
  and u.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < u.valid_to
  and u.default_organization_id is not null
