-- A user is a member of the expected organization, but another one, or none, is the default.
--
-- code: user_default_org_not_expected
-- version: 4
-- family: drift
-- layer: user
-- severity: medium
-- action: move_user_to_org
-- needs: accounts organizations users organization_memberships
-- reads: _link_domain_holder _run_context _link_user_drift _link_verdict _link_user_home _link_related_domain
--   _link_accepted_risk _domains
-- class: default_org_mismatch
-- reason: User {subject_id} is a member of organization {organization_id}, but it is not the default one.
-- refuses: account_link_contested org_claimed_by_other_account domain_disagrees stored_id_uncorroborated
--   domain_related_to_other_account domain_belongs_to_other_org org_link_unconfirmed
--   user_belongs_to_other_account single_organization_account
--   user_not_updatable fact_not_read repair_switched_off
-- suggests: move_user_to_org
-- next: Make the organization the default one
-- cause: current_organization
-- place: default_not_expected
-- evidence:
--   email_domain text: domain of the user's address
--   default_organization_id integer: the user's default organization; null: none
--   membership_count integer volatile: how many organizations the user is a member of
--   foreign_organization_id integer volatile: another customer's organization of the user; null: none
--   unread_facts text: what was not read and would be needed; null: nothing
--   accepted_risk text: the reason for a refusal that somebody lifted; null: none
--   accepted_decision_id integer: the decision that lifted it, as in decisions; null: none
--
-- Why it matters: Zendesk files new tickets under the default organization.
-- What to do: apply the prepared repair; it makes the existing membership the default one and removes
-- nothing.
-- Not reported here: a user who is no member at all (user_missing_expected_membership).
with judged as (
  -- One row per member whose default organization is another.
  select
    u.user_id as user_id,
    u.account_id as account_id,
    u.organization_id as organization_id,
    u.domain_id as domain_id,
    u.default_organization_id as default_organization_id,
    u.membership_count as membership_count,
    h.foreign_organization_id as foreign_organization_id,
    case when v.is_domains_undecided = 1 then ', domain_names' else '' end
    || case when u.is_shared is null then ', shared' else '' end
    || case when h.undecided_organization_id is not null then ', external_id of an organization of the user' else '' end
    as unread_facts,
    k.decision_id as decision_id,
    k.fingerprint as accepted_fingerprint,
    case
      when v.link_state = 'contested' then 'account_link_contested'
      when v.is_claimed = 1 then 'org_claimed_by_other_account'
      when v.is_domain_disagreeing = 1 then 'domain_disagrees'
      when v.is_uncorroborated = 1 then 'stored_id_uncorroborated'
      when r.domain_id is not null then 'domain_related_to_other_account'
      when exists (
        select 1
        from _link_domain_holder as e
        where e.domain_id = u.domain_id
          and e.organization_id <> u.organization_id
      ) then 'domain_belongs_to_other_org'
      when v.link_state = 'candidate' then 'org_link_unconfirmed'
    end as earlier_reason,
    case when h.foreign_organization_id is not null then 'user_belongs_to_other_account' end as risk,
    case
      when c.is_multiple_allowed = 0 and u.other_membership_count > 0 then 'single_organization_account'
      when u.is_shared = 1 then 'user_not_updatable'
    end as later_reason
  from _run_context as c
  cross join _link_user_drift as u
  cross join _link_verdict as v
  left join _link_user_home as h
    on h.user_id = u.user_id
  left join _link_related_domain as r
    on r.account_id = u.account_id
    and r.domain_id = u.domain_id
  left join _link_accepted_risk as k
    on k.issue_key = 'user_default_org_not_expected/' || cast(u.user_id as text)
  where u.kind = 'default_not_expected'
    and v.account_id = u.account_id
),
lifted as (
  -- The same, with the risk that somebody accepted: it is the first reason, and the issue is as it was then.
  select
    j.user_id as user_id,
    j.account_id as account_id,
    j.organization_id as organization_id,
    j.domain_id as domain_id,
    j.default_organization_id as default_organization_id,
    j.membership_count as membership_count,
    j.foreign_organization_id as foreign_organization_id,
    j.unread_facts as unread_facts,
    j.decision_id as decision_id,
    j.earlier_reason as earlier_reason,
    j.risk as risk,
    j.later_reason as later_reason,
    case
      when j.earlier_reason is null
        and j.accepted_fingerprint
          = 'blocked/' || j.risk || '/move_user_to_org/' || cast(j.organization_id as text) || '/'
        then j.risk
    end as accepted_risk
  from judged as j
),
refused as (
  -- The same, with the reason that holds.
  select
    j.user_id as user_id,
    j.account_id as account_id,
    j.organization_id as organization_id,
    j.domain_id as domain_id,
    j.default_organization_id as default_organization_id,
    j.membership_count as membership_count,
    j.foreign_organization_id as foreign_organization_id,
    j.unread_facts as unread_facts,
    j.accepted_risk as accepted_risk,
    j.decision_id as decision_id,
    case
      when j.earlier_reason is not null then j.earlier_reason
      when j.risk is not null and j.accepted_risk is null then j.risk
      when j.later_reason is not null then j.later_reason
      when j.unread_facts <> '' then 'fact_not_read'
      when c.is_move_off = 1 then 'repair_switched_off'
      else null
    end as blocked_reason
  from _run_context as c
  cross join lifted as j
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
    'membership_count', r.membership_count,
    'foreign_organization_id', r.foreign_organization_id,
    'unread_facts', case when r.unread_facts <> '' then substr(r.unread_facts, 3) end,
    'accepted_risk', r.accepted_risk,
    'accepted_decision_id', case when r.accepted_risk is not null then r.decision_id end
  ) as evidence
from _run_context as c
cross join refused as r
cross join _domains as d
where d.domain_id = r.domain_id
