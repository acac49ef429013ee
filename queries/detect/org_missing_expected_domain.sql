-- A domain that Salesforce expects of an account is on no organization at all.
--
-- code: org_missing_expected_domain
-- version: 4
-- family: drift
-- layer: organization
-- severity: medium
-- action: add_org_domain
-- needs: accounts organizations
-- reads: _run_context _link_verdict _link_organization _link_expected_domain _link_domain_owner _domains
--   _link_related_domain _link_domain_pull _link_accepted_risk _link_domain_holder _link_domain_people
--   _link_account_people
-- class: domain_mismatch
-- reason: Account {account_id} expects the domain {domain} on organization {subject_id}, but no organization
--   holds it.
-- refuses: account_link_contested org_claimed_by_other_account domain_disagrees stored_id_uncorroborated
--   domain_shared_by_accounts domain_related_to_other_account user_belongs_to_other_account
--   organization_shares_tickets user_sees_organization_tickets single_organization_account fact_not_read
--   repair_switched_off
-- suggests: repair_domain_mapping
-- next: Add the domain to the organization
-- cause: domain
-- columns:
--   domain: The domain that the finding is about.
-- evidence:
--   domain_owner_count integer: how many accounts expect the domain
--   domain_eligible_user_count integer volatile: eligible users on the domain; null: users were not read
--   pulled_in_count integer volatile: users whom Zendesk would pull in; null: not read, or the domain is shared
--   foreign_user_count integer volatile: those of them in an organization of another customer; null likewise
--   seeing_user_count integer volatile: those of them who see all tickets of their organizations; null likewise
--   unread_facts text: what was not read and would be needed; null: nothing
--   accepted_risk text: the reason for a refusal that somebody lifted; null: none
--   accepted_decision_id integer: the decision that lifted it, as in decisions; null: none
--   eligible_user_count integer volatile: eligible users who hang on the account; null: users were not read
--   open_ticket_count integer volatile: open tickets that hang on the account; null: tickets were not read
--
-- Why it matters: new users with that domain arrive without an organization.
-- What to do: apply the prepared repair. Zendesk then pulls in every user with a verified address on the
-- domain; the plan counts them.
-- Not reported here: a domain on another organization (org_domain_attached_elsewhere).
with missing as (
  -- One row per linked or contested account and expected domain that nobody holds, with what is known of its users.
  select
    v.account_id as account_id,
    v.organization_id as organization_id,
    v.link_state as link_state,
    v.is_claimed as is_claimed,
    v.is_domain_disagreeing as is_domain_disagreeing,
    v.is_uncorroborated as is_uncorroborated,
    case when c.is_sharing_allowed = 0 then v.is_sharing else 0 end as is_sharing,
    case when c.is_sharing_allowed = 0 then v.is_sharing_undecided else 0 end as is_sharing_undecided,
    x.domain_id as domain_id,
    w.owner_count as owner_count,
    case when r.domain_id is null then 0 else 1 end as is_related,
    q.pulled_in_count as pulled_in_count,
    coalesce(q.foreign_count, 0) as foreign_count,
    coalesce(q.foreign_undecided_count, 0) as foreign_undecided_count,
    case when c.is_sharing_allowed = 0 then coalesce(q.seeing_count, 0) else 0 end as seeing_count,
    case when c.is_sharing_allowed = 0 then coalesce(q.seeing_undecided_count, 0) else 0 end
    as seeing_undecided_count,
    coalesce(q.undecided_count, 0) as undecided_count,
    case when c.is_multiple_allowed = 0 then coalesce(q.elsewhere_count, 0) else 0 end as elsewhere_count,
    case when c.is_multiple_allowed = 0 then coalesce(q.elsewhere_undecided_count, 0) else 0 end
    as elsewhere_undecided_count,
    d.domain as domain,
    k.decision_id as decision_id,
    k.fingerprint as accepted_fingerprint
  from _run_context as c
  cross join _link_verdict as v
  cross join _link_organization as o
  cross join _link_expected_domain as x
  cross join _link_domain_owner as w
  cross join _domains as d
  left join _link_related_domain as r
    on r.account_id = x.account_id
    and r.domain_id = x.domain_id
  left join _link_domain_pull as q
    on q.domain_id = x.domain_id
  left join _link_accepted_risk as k
    on k.issue_key
      = 'org_missing_expected_domain/' || v.account_id || '/' || cast(v.organization_id as text) || '/' || d.domain
  where v.link_state in ('linked', 'contested')
    and o.organization_id = v.organization_id
    -- What it holds was read.
    and o.is_domains_undecided = 0
    and x.account_id = v.account_id
    and w.domain_id = x.domain_id
    and d.domain_id = x.domain_id
    and not exists (
      select 1
      from _link_domain_holder as h
      where h.domain_id = x.domain_id
    )
),
judged as (
  -- One row per account and domain.
  select
    m.account_id as account_id,
    m.organization_id as organization_id,
    m.domain_id as domain_id,
    m.owner_count as owner_count,
    m.pulled_in_count as pulled_in_count,
    m.foreign_count as foreign_count,
    m.seeing_count as seeing_count,
    m.domain as domain,
    m.decision_id as decision_id,
    m.accepted_fingerprint as accepted_fingerprint,
    case when m.is_sharing_undecided = 1 then ', shared_tickets or shared_comments' else '' end
    || case when m.undecided_count + m.elsewhere_undecided_count > 0 then ', fields of users' else '' end
    || case when m.seeing_undecided_count > 0 then ', ticket_restriction of users' else '' end
    || case when m.foreign_undecided_count > 0 then ', external_id of their organizations' else '' end as unread_facts,
    case
      when m.link_state = 'contested' then 'account_link_contested'
      when m.is_claimed = 1 then 'org_claimed_by_other_account'
      when m.is_domain_disagreeing = 1 then 'domain_disagrees'
      when m.is_uncorroborated = 1 then 'stored_id_uncorroborated'
      when m.owner_count >= 2 then 'domain_shared_by_accounts'
      when m.is_related = 1 then 'domain_related_to_other_account'
    end as earlier_reason,
    case when m.foreign_count > 0 then 'user_belongs_to_other_account' end as risk,
    case
      when m.is_sharing = 1 then 'organization_shares_tickets'
      when m.seeing_count > 0 then 'user_sees_organization_tickets'
      when m.elsewhere_count > 0 then 'single_organization_account'
    end as later_reason
  from missing as m
),
lifted as (
  -- The same, with the risk that somebody accepted: it is the first reason, and the issue is as it was then.
  select
    j.account_id as account_id,
    j.organization_id as organization_id,
    j.domain_id as domain_id,
    j.owner_count as owner_count,
    j.pulled_in_count as pulled_in_count,
    j.foreign_count as foreign_count,
    j.seeing_count as seeing_count,
    j.unread_facts as unread_facts,
    j.decision_id as decision_id,
    j.earlier_reason as earlier_reason,
    j.risk as risk,
    j.later_reason as later_reason,
    case
      when j.earlier_reason is null
        and j.accepted_fingerprint
          = 'blocked/' || j.risk || '/add_org_domain/' || cast(j.organization_id as text) || '/' || j.domain
        then j.risk
    end as accepted_risk
  from judged as j
),
refused as (
  -- One row per account and domain, with the reason that holds.
  select
    j.account_id as account_id,
    j.organization_id as organization_id,
    j.domain_id as domain_id,
    j.owner_count as owner_count,
    j.pulled_in_count as pulled_in_count,
    j.foreign_count as foreign_count,
    j.seeing_count as seeing_count,
    j.unread_facts as unread_facts,
    j.accepted_risk as accepted_risk,
    j.decision_id as decision_id,
    case
      when j.earlier_reason is not null then j.earlier_reason
      when j.risk is not null and j.accepted_risk is null then j.risk
      when j.later_reason is not null then j.later_reason
      when j.unread_facts <> '' then 'fact_not_read'
      when c.is_add_off = 1 then 'repair_switched_off'
      else null
    end as blocked_reason
  from _run_context as c
  cross join lifted as j
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
    'pulled_in_count', case when c.is_users_known = 1 and m.owner_count = 1 then coalesce(m.pulled_in_count, 0) end,
    'foreign_user_count', case when c.is_users_known = 1 and m.owner_count = 1 then m.foreign_count end,
    'seeing_user_count', case when c.is_users_known = 1 and m.owner_count = 1 then m.seeing_count end,
    'unread_facts', case when m.unread_facts <> '' then substr(m.unread_facts, 3) end,
    'accepted_risk', m.accepted_risk,
    'accepted_decision_id', case when m.accepted_risk is not null then m.decision_id end,
    'eligible_user_count', case when c.is_users_known = 1 then coalesce(p.eligible_user_count, 0) end,
    'open_ticket_count', case when c.is_tickets_known = 1 then coalesce(p.open_ticket_count, 0) end
  ) as evidence
from _run_context as c
cross join refused as m
cross join _domains as d
left join _link_domain_people as q
  on q.domain_id = m.domain_id
left join _link_account_people as p
  on p.account_id = m.account_id
where d.domain_id = m.domain_id
