-- A domain that Salesforce expects of an account is on no organization at all.
--
-- code: org_missing_expected_domain
-- version: 2
-- family: drift
-- layer: organization
-- severity: medium
-- action: add_org_domain
-- needs: accounts organizations
-- reads: _link_domain_membership _run_context _link_verdict _link_expected_domain _link_domain_owner
--   _link_domain_holder _domains _link_domain_people _link_account_people
-- class: domain_mismatch
-- reason: Account {account_id} expects the domain {domain} on organization {subject_id}, but no organization
--   holds it.
-- refuses: account_link_contested org_claimed_by_other_account domain_disagrees domain_shared_by_accounts
--   organization_shares_tickets single_organization_account
-- suggests: repair_domain_mapping
-- next: Add the domain to the organization
-- cause: domain
-- columns:
--   domain: The domain that the finding is about.
-- evidence:
--   domain_owner_count integer: how many accounts expect the domain
--   domain_eligible_user_count integer volatile: eligible users on the domain; null: users were not read
--   eligible_user_count integer volatile: eligible users who hang on the account; null: users were not read
--   open_ticket_count integer volatile: open tickets that hang on the account; null: tickets were not read
--
-- Why it matters: new users with that domain arrive without an organization.
-- What to do: apply the prepared repair. Zendesk then pulls in every user with a verified address on the
-- domain; the plan counts them.
-- Not reported here: a domain on another organization (org_domain_attached_elsewhere).
with missing as (
  -- One row per linked or contested account and expected domain that nobody holds.
  select
    v.account_id as account_id,
    v.organization_id as organization_id,
    x.domain_id as domain_id,
    w.owner_count as owner_count,
    case
      when v.link_state = 'contested' then 'account_link_contested'
      when v.is_claimed = 1 then 'org_claimed_by_other_account'
      when v.is_domain_disagreeing = 1 then 'domain_disagrees'
      when w.owner_count >= 2 then 'domain_shared_by_accounts'
      when v.is_sharing = 1 and c.is_sharing_allowed = 0 then 'organization_shares_tickets'
      when c.is_multiple_allowed = 0
        and exists (
          select 1
          from _link_domain_membership as m
          where m.domain_id = x.domain_id
            and m.organization_id <> v.organization_id
        ) then 'single_organization_account'
      else null
    end as blocked_reason
  from _run_context as c
  cross join _link_verdict as v
  cross join _link_expected_domain as x
  cross join _link_domain_owner as w
  where v.link_state in ('linked', 'contested')
    and x.account_id = v.account_id
    and w.domain_id = x.domain_id
    and not exists (
      select 1
      from _link_domain_holder as h
      where h.domain_id = x.domain_id
    )
)
select
  c.run_id as run_id,
  m.account_id as account_id,
  'organization' as subject_kind,
  cast(m.organization_id as text) as subject_id,
  d.domain as domain,
  m.organization_id as organization_id,
  case when m.blocked_reason is null then 'prepared' else 'blocked' end as disposition,
  'add_org_domain' as action,
  m.blocked_reason as blocked_reason,
  'repair_domain_mapping' as suggested_action,
  json_object(
    'domain_owner_count', m.owner_count,
    'domain_eligible_user_count', case when c.is_users_known = 1 then coalesce(q.eligible_user_count, 0) end,
    'eligible_user_count', case when c.is_users_known = 1 then coalesce(p.eligible_user_count, 0) end,
    'open_ticket_count', case when c.is_tickets_known = 1 then coalesce(p.open_ticket_count, 0) end
  ) as evidence
from _run_context as c
cross join missing as m
cross join _domains as d
left join _link_domain_people as q
  on q.domain_id = m.domain_id
left join _link_account_people as p
  on p.account_id = m.account_id
where d.domain_id = m.domain_id
