-- One row per user of the newest run: whose customer it is by its e-mail domain, and by the organization where it is.
--
-- A domain speaks for an account only if no other one expects it; an organization, if an account is linked to it.
select
  c.run_id as run_id,
  u.user_id as user_id,
  w.first_account_id as expected_account_id,
  cast(
    (
      select min(b.account_id)
      from _link_account as b
      where b.organization_id = u.default_organization_id
        and b.link_state = 'linked'
    ) as text
  ) as actual_account_id,
  l.organization_id as expected_organization_id,
  u.default_organization_id as actual_organization_id
from _run_context as c
cross join _user_versions as u
left join _link_domain_owner as w
  on w.domain_id = u.email_domain_id
  and w.owner_count = 1
left join _link_account as l
  on l.account_id = w.first_account_id
where u.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < u.valid_to
