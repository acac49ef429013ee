-- One row per ticket of the newest run: whose customer it is by its requester's e-mail domain, and by the organization
-- under which it is filed.
--
-- A domain speaks for an account only if no other one expects it, and only of a requester who is an active end user
-- and not suspended; an organization, if an account is linked to it.
select
  c.run_id as run_id,
  t.ticket_id as ticket_id,
  w.first_account_id as expected_account_id,
  cast(
    (
      select min(b.account_id)
      from _link_account as b
      where b.organization_id = t.organization_id
        and b.link_state = 'linked'
    ) as text
  ) as actual_account_id,
  l.organization_id as expected_organization_id,
  t.organization_id as actual_organization_id
from _run_context as c
cross join _ticket_versions as t
left join _link_domain_owner as w
  on w.domain_id = t.requester_domain_id
  and w.owner_count = 1
left join _link_account as l
  on l.account_id = w.first_account_id
where t.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < t.valid_to
  and t.status <> 'deleted'
