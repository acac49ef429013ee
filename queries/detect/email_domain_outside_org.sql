-- A member's e-mail domain belongs neither to the organization nor to its account.
--
-- code: email_domain_outside_org
-- version: 5
-- family: hygiene
-- layer: user
-- severity: low
-- action: none
-- needs: accounts organizations users organization_memberships
-- reads: _link_account _link_claim _run_context _membership_versions _user_versions _domains _organization_versions
--   _organization_domain_versions _link_expected_domain
-- class: email_domain_outside_org
-- reason: User {subject_id} is a member of organization {organization_id}, but the domain {domain} belongs
--   neither to it nor to its account.
-- refuses: none
-- suggests: domain_review
-- next: Review the member, or add the domain to the account in Salesforce
-- cause: current_organization
-- columns:
--   account_id: Salesforce account id, 18 characters. Null: no account resolves to the organization.
--   domain: The domain that the finding is about.
--   organization_id: The organization that the user is a member of.
-- evidence:
--   email_domain text: domain of the user's address
--   membership_id integer: the membership
--
-- Why it matters: a former employee, a partner or a wrong assignment sees what the organization shares.
-- What to do: look at the member; add the domain to the account in Salesforce if it is the customer's.
-- False positives: agencies and contractors who work for the customer.
select
  c.run_id as run_id,
  coalesce(
    (
      select min(l.account_id)
      from _link_account as l
      where l.organization_id = m.organization_id
    ),
    (
      select min(k.account_id)
      from _link_claim as k
      where k.organization_id = m.organization_id
        and k.match_rule = 'external_id'
    )
  ) as account_id,
  'user' as subject_kind,
  cast(u.user_id as text) as subject_id,
  d.domain as domain,
  m.organization_id as organization_id,
  'review' as disposition,
  null as action,
  null as blocked_reason,
  'domain_review' as suggested_action,
  json_object('email_domain', d.domain, 'membership_id', m.membership_id) as evidence
from _run_context as c
cross join _membership_versions as m
cross join _user_versions as u
cross join _domains as d
cross join _organization_versions as o
where m.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < m.valid_to
  and u.user_id = m.user_id
  and u.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < u.valid_to
  -- Most members are on a domain of their organization: asked first.
  and not exists (
    select 1
    from _organization_domain_versions as h
    where h.organization_id = m.organization_id
      and h.domain_id = u.email_domain_id
      and h.valid_from <= c.zendesk_snapshot_id
      and c.zendesk_snapshot_id < h.valid_to
  )
  -- Two memberships of one user in one organization are one finding.
  and not exists (
    select 1
    from _membership_versions as e
    where e.user_id = m.user_id
      and e.organization_id = m.organization_id
      and e.membership_id < m.membership_id
      and e.valid_from <= c.zendesk_snapshot_id
      and c.zendesk_snapshot_id < e.valid_to
  )
  and d.domain_id = u.email_domain_id
  and d.is_valid = 1
  and d.listed_kind is null
  and o.organization_id = m.organization_id
  and o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
  and not exists (
    select 1
    from _link_account as l
    cross join _link_expected_domain as x
    where l.organization_id = m.organization_id
      and l.link_state <> 'conflict'
      and x.domain_id = u.email_domain_id
      and x.account_id = l.account_id
  )
  and not exists (
    select 1
    from _link_claim as k
    cross join _link_expected_domain as x
    where k.organization_id = m.organization_id
      and x.domain_id = u.email_domain_id
      and x.account_id = k.account_id
  )
