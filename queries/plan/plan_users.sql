-- One row per user of a prepared issue, as of the run's snapshot.
select
  u.user_id as user_id,
  d.domain as email_domain,
  coalesce(u.is_verified, 0) as is_verified,
  coalesce(u.is_active, 0) as is_active,
  u.default_organization_id as default_organization_id,
  u.ticket_restriction as ticket_restriction
from runs as r
cross join temp.planned as p
cross join _user_versions as u
left join _domains as d
  on d.domain_id = u.email_domain_id
where r.run_id = :run_id
  and u.user_id = p.user_id
  and u.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < u.valid_to
