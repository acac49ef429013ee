-- One row per user of a prepared issue, as of the run's snapshot.
select
  u.user_id as user_id,
  d.domain as email_domain,
  u.is_verified as is_verified,
  u.is_active as is_active,
  u.default_organization_id as default_organization_id
from runs as r
cross join temp.planned as p
cross join _user_versions as u
left join _domains as d
  on d.domain_id = u.email_domain_id
where r.run_id = :run_id
  and u.user_id = p.user_id
  and u.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < u.valid_to
