-- One row per expected domain that no organization holds and organization that its eligible users
-- belong to.
--
-- reads: _run_context _user_versions _link_domain_owner _membership_versions _link_domain_holder
--
-- Adding the domain somewhere would pull these users in, which an account with one organization per user
-- cannot do without a loss.
select
  u.email_domain_id as domain_id,
  m.organization_id as organization_id,
  count(*) as user_count
from _run_context as c
cross join _user_versions as u
cross join _link_domain_owner as w
cross join _membership_versions as m
where c.is_multiple_allowed = 0
  and u.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < u.valid_to
  and u.role = 'end-user'
  and u.is_active = 1
  and u.is_suspended = 0
  and u.undecided_fields is null
  and w.domain_id = u.email_domain_id
  and not exists (
    select 1
    from _link_domain_holder as h
    where h.domain_id = w.domain_id
  )
  and m.user_id = u.user_id
  and m.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < m.valid_to
group by u.email_domain_id, m.organization_id
