-- One row per membership of a user whom a repair writes or whom Zendesk will pull in.
select
  m.user_id as user_id,
  m.membership_id as membership_id,
  m.organization_id as organization_id
from runs as r
cross join temp.affected_user as a
cross join _membership_versions as m
where r.run_id = :run_id
  and m.user_id = a.user_id
  and m.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < m.valid_to
order by m.user_id, m.organization_id, m.membership_id
