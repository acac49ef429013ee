-- A domain that Salesforce expects of an account is on an organization that is not the account's.
--
-- code: org_domain_attached_elsewhere
-- version: 2
-- family: drift
-- layer: organization
-- severity: medium
-- action: none
-- needs: accounts organizations
-- reads: _link_domain_holder _run_context _link_account _link_expected_domain _link_domain_owner _domains
--   _link_account_people
-- class: domain_mismatch
-- reason: Account {account_id} expects the domain {domain} on organization {subject_id}, but another
--   organization holds it.
-- refuses: domain_shared_by_accounts domain_belongs_to_other_org
-- suggests: repair_domain_mapping
-- next: Decide which organization the domain belongs to
-- cause: domain
-- columns:
--   domain: The domain that the finding is about.
-- evidence:
--   domain_owner_count integer: how many accounts expect the domain
--   holding_organization_ids integers: every organization that holds the domain
--   eligible_user_count integer volatile: eligible users who hang on the account; null: users were not read
--   open_ticket_count integer volatile: open tickets that hang on the account; null: tickets were not read
--
-- Why it matters: Zendesk files new users of the domain under the alphabetically first organization that
-- holds it, so they reach the team of another customer.
-- What to do: a person decides who owns the domain. Taking a domain off an organization throws out the
-- users whom it had pulled in, and their tickets follow; orgdrift never does that.
-- Not reported here: a domain that nobody holds (org_missing_expected_domain).
select
  c.run_id as run_id,
  l.account_id as account_id,
  'organization' as subject_kind,
  cast(l.organization_id as text) as subject_id,
  d.domain as domain,
  l.organization_id as organization_id,
  'blocked' as disposition,
  null as action,
  case
    when w.owner_count >= 2 then 'domain_shared_by_accounts'
    else 'domain_belongs_to_other_org'
  end as blocked_reason,
  'repair_domain_mapping' as suggested_action,
  json_object(
    'domain_owner_count', w.owner_count,
    'holding_organization_ids', json((
      select coalesce(json_group_array(h.organization_id), '[]')
      from _link_domain_holder as h
      where h.domain_id = x.domain_id
    )),
    'eligible_user_count', case when c.is_users_known = 1 then coalesce(p.eligible_user_count, 0) end,
    'open_ticket_count', case when c.is_tickets_known = 1 then coalesce(p.open_ticket_count, 0) end
  ) as evidence
from _run_context as c
cross join _link_account as l
cross join _link_expected_domain as x
cross join _link_domain_owner as w
cross join _domains as d
left join _link_account_people as p
  on p.account_id = l.account_id
where l.link_state in ('linked', 'contested')
  and x.account_id = l.account_id
  and w.domain_id = x.domain_id
  and d.domain_id = x.domain_id
  and exists (
    select 1
    from _link_domain_holder as h
    where h.domain_id = x.domain_id
      and h.organization_id <> l.organization_id
  )
