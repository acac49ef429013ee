-- A user is a member of the expected organization, but another one, or none, is the default.
--
-- code: user_default_org_not_expected
-- version: 2
-- family: drift
-- layer: user
-- severity: medium
-- action: move_user_to_org
-- needs: accounts organizations users organization_memberships
-- reads: _link_domain_holder _run_context _link_user_drift _link_verdict _domains
-- class: default_org_mismatch
-- reason: User {subject_id} is a member of organization {organization_id}, but it is not the default one.
-- refuses: account_link_contested org_claimed_by_other_account domain_disagrees domain_belongs_to_other_org
--   org_link_unconfirmed single_organization_account user_not_updatable
-- suggests: move_user_to_org
-- next: Make the organization the default one
-- cause: current_organization
-- place: default_not_expected
-- evidence:
--   email_domain text: domain of the user's address
--   default_organization_id integer: the user's default organization; null: none
--   membership_count integer volatile: how many organizations the user is a member of
--
-- Why it matters: Zendesk files new tickets under the default organization.
-- What to do: apply the prepared repair; it makes the existing membership the default one and removes
-- nothing.
-- Not reported here: a user who is no member at all (user_missing_expected_membership).
with refusal as (
  -- One row per member whose default organization is another.
  select
    u.user_id as user_id,
    u.account_id as account_id,
    u.organization_id as organization_id,
    u.domain_id as domain_id,
    u.default_organization_id as default_organization_id,
    u.membership_count as membership_count,
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
      when c.is_multiple_allowed = 0 and u.other_membership_count > 0 then 'single_organization_account'
      when u.is_shared = 1 then 'user_not_updatable'
      else null
    end as blocked_reason
  from _run_context as c
  cross join _link_user_drift as u
  cross join _link_verdict as v
  where u.kind = 'default_not_expected'
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
  'move_user_to_org' as action,
  r.blocked_reason as blocked_reason,
  'move_user_to_org' as suggested_action,
  json_object(
    'email_domain', d.domain,
    'default_organization_id', r.default_organization_id,
    'membership_count', r.membership_count
  ) as evidence
from _run_context as c
cross join refusal as r
cross join _domains as d
where d.domain_id = r.domain_id
