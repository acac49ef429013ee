-- One row per domain to be added and user with a verified address on it who is no member of the
-- organization yet: Zendesk adds them in the background.
select
  e.domain as domain,
  u.user_id as user_id
from runs as r
cross join _user_versions as u
cross join temp.planned_domain as d
cross join _domains as e
where r.run_id = :run_id
  and u.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < u.valid_to
  and u.is_verified = 1
  and u.is_active = 1
  and d.domain_id = u.email_domain_id
  and e.domain_id = d.domain_id
  and not exists (
    select 1
    from _membership_versions as m
    where m.user_id = u.user_id
      and m.organization_id = d.organization_id
      and m.valid_from <= r.zendesk_snapshot_id
      and r.zendesk_snapshot_id < m.valid_to
  )
order by e.domain, u.user_id
