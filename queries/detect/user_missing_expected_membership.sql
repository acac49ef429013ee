-- A user's e-mail domain belongs to one account, but the user is no member of its organization.
--
-- code: user_missing_expected_membership
-- version: 2
-- family: drift
-- layer: user
-- severity: medium
-- action: assign_user_to_org
-- needs: accounts organizations users organization_memberships
-- reads: _link_domain_holder _run_context _link_user_drift _link_verdict _domains
-- class: assigned_to_nonmatching_org
-- class_without_membership: unassigned
-- reason: User {subject_id} has a domain of account {account_id}, but is no member of organization
--   {organization_id}.
-- refuses: account_link_contested org_claimed_by_other_account domain_disagrees domain_belongs_to_other_org
--   org_link_unconfirmed user_email_unverified organization_shares_tickets single_organization_account
--   user_not_updatable
-- suggests: assign_user_to_org
-- next: Make the user a member of the organization
-- cause: current_organization
-- place: missing_membership
-- evidence:
--   email_domain text: domain of the user's address
--   is_verified integer: 1 if an address of the user is verified, else 0
--   default_organization_id integer: the user's default organization; null: none
--   membership_count integer volatile: how many organizations the user is a member of
--
-- Why it matters: the user's tickets reach the queue of nobody, or of another customer.
-- What to do: apply the prepared repair; it adds a membership and removes none. The default organization
-- stays, a second round proposes to move it.
-- Not reported here: a member with another default organization (user_default_org_not_expected).
-- False positives: contractors who use a customer's address; suppress them with a reason.
with refusal as (
  -- One row per user without the expected membership.
  select
    u.user_id as user_id,
    u.account_id as account_id,
    u.organization_id as organization_id,
    u.domain_id as domain_id,
    u.default_organization_id as default_organization_id,
    u.membership_count as membership_count,
    u.is_verified as is_verified,
    case
      when v.link_state = 'contested' then 'account_link_contested'
      when v.is_claimed = 1 then 'org_claimed_by_other_account'
      when v.is_domain_disagreeing = 1 then 'domain_disagrees'
      when exists (
        select 1
        from _link_domain_holder as h
        where h.domain_id = u.domain_id
          and h.organization_id <> u.organization_id
      ) then 'domain_belongs_to_other_org'
      when v.link_state = 'candidate' then 'org_link_unconfirmed'
      when u.is_verified = 0 then 'user_email_unverified'
      when v.is_sharing = 1 and c.is_sharing_allowed = 0 then 'organization_shares_tickets'
      when c.is_multiple_allowed = 0 and u.membership_count > 0 then 'single_organization_account'
      when u.is_shared = 1 then 'user_not_updatable'
      else null
    end as blocked_reason
  from _run_context as c
  cross join _link_user_drift as u
  cross join _link_verdict as v
  where u.kind = 'missing_membership'
    and v.account_id = u.account_id
)
select
  c.run_id as run_id,
  r.account_id as account_id,
  'user' as subject_kind,
  cast(r.user_id as text) as subject_id,
  null as domain,
  r.organization_id as organization_id,
  case when r.blocked_reason is null then 'prepared' else 'blocked' end as disposition,
  'assign_user_to_org' as action,
  r.blocked_reason as blocked_reason,
  'assign_user_to_org' as suggested_action,
  json_object(
    'email_domain', d.domain,
    'is_verified', r.is_verified,
    'default_organization_id', r.default_organization_id,
    'membership_count', r.membership_count
  ) as evidence
from _run_context as c
cross join refusal as r
cross join _domains as d
where d.domain_id = r.domain_id
