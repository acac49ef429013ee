-- The organization of an account does not carry the account's id.
--
-- code: org_missing_external_id
-- version: 3
-- family: drift
-- layer: organization
-- severity: high
-- action: set_org_external_id
-- needs: accounts organizations
-- reads: _run_context _link_verdict _link_account _link_candidate _link_claimant _link_field_account
--   _link_account_people
-- class: missing_external_id
-- reason: Organization {subject_id} belongs to account {account_id}, but its external_id is blank.
-- reason_of_account: Several organizations hold domains of account {account_id}, and none of them carries
--   its id.
-- refuses: external_id_in_use account_link_contested org_claimed_by_other_account stored_org_id_dangling
--   org_candidate_ambiguous domain_disagrees stored_id_uncorroborated organization_field_names_other_account
--   organization_looks_like_other_account domain_shared_by_accounts domain_related_to_other_account fact_not_read
--   key_is_in_a_field repair_switched_off
-- suggests: relink_org
-- next: Write the account's id into external_id
-- cause: account
-- columns:
--   subject_kind: organization, or account where several organizations are possible.
--   organization_id: The organization of the account. Null: several are possible.
-- evidence:
--   link_state text: how the account resolves, as in account_links
--   match_rule text: by which rule it resolves; null: by none
--   candidate_organization_ids integers: organizations that hold domains of the account and serve no other one
--   claimant_account_ids texts: other accounts that claim the organization
--   field_account_ids texts: accounts whose ids stand in other fields of the organization
--   other_name_count integer: other accounts that have the organization's name
--   member_count integer volatile: eligible members on domains that accounts expect; null: nobody asked
--   member_own_count integer volatile: those of them on domains of the account; null: nobody asked
--   unread_facts text: what was not read and would be needed; null: nothing
--   eligible_user_count integer volatile: eligible users who hang on the account; null: users were not read
--   open_ticket_count integer volatile: open tickets that hang on the account; null: tickets were not read
--
-- Why it matters: without the id only a stored number or a domain ties the two together; both change.
-- What to do: where the repair is prepared, apply it; where it is blocked, the reason names what a person
-- has to decide first.
-- Not reported here: an external_id that names something else (org_external_id_conflict).
with subject as (
  -- One row per account whose organization, or whose candidates, have a blank key.
  select
    v.account_id as account_id,
    'organization' as subject_kind,
    cast(v.organization_id as text) as subject_id,
    v.organization_id as organization_id,
    v.match_rule as match_rule,
    v.link_state as link_state,
    v.other_name_count as other_name_count,
    v.member_count as member_count,
    v.member_own_count as member_own_count,
    case when v.is_domains_undecided = 1 then ', domain_names' else '' end
    || case when v.is_fields_undecided = 1 then ', organization_fields' else '' end
    || case when v.is_member_undecided = 1 then ', fields of members' else '' end as unread_facts,
    case
      when v.is_external_id_in_use = 1 then 'external_id_in_use'
      when v.link_state = 'contested' then 'account_link_contested'
      when v.is_claimed = 1 then 'org_claimed_by_other_account'
      when v.link_state = 'candidate' and v.is_stored_useless = 1 then 'stored_org_id_dangling'
      when v.is_candidate_ambiguous = 1 then 'org_candidate_ambiguous'
      when v.is_domain_disagreeing = 1 then 'domain_disagrees'
      when v.is_uncorroborated = 1 then 'stored_id_uncorroborated'
      when v.is_field_of_other = 1 then 'organization_field_names_other_account'
      when v.is_looking_like_other = 1 then 'organization_looks_like_other_account'
      when v.is_every_domain_shared = 1 then 'domain_shared_by_accounts'
      when v.is_every_domain_related = 1 then 'domain_related_to_other_account'
      when v.is_domains_undecided = 1 or v.is_fields_undecided = 1 or v.is_member_undecided = 1 then 'fact_not_read'
      when c.is_key_in_field = 1 then 'key_is_in_a_field'
      when c.is_set_off = 1 then 'repair_switched_off'
      else null
    end as blocked_reason
  from _run_context as c
  cross join _link_verdict as v
  where v.is_blank = 1
  union all
  select
    l.account_id as account_id,
    'account' as subject_kind,
    l.account_id as subject_id,
    null as organization_id,
    null as match_rule,
    l.link_state as link_state,
    null as other_name_count,
    null as member_count,
    null as member_own_count,
    '' as unread_facts,
    'org_candidate_ambiguous' as blocked_reason
  from _link_account as l
  where l.link_state = 'ambiguous'
    and exists (
      select 1
      from _link_candidate as k
      where k.account_id = l.account_id
        and k.is_kept = 1
        and k.is_blank = 1
    )
)
select
  c.run_id as run_id,
  s.account_id as account_id,
  s.subject_kind as subject_kind,
  s.subject_id as subject_id,
  null as domain,
  s.organization_id as organization_id,
  case when s.blocked_reason is null then 'prepared' else 'blocked' end as disposition,
  'set_org_external_id' as action,
  s.blocked_reason as blocked_reason,
  'relink_org' as suggested_action,
  json_object(
    'link_state', s.link_state,
    'match_rule', s.match_rule,
    'candidate_organization_ids', json((
      select coalesce(json_group_array(k.organization_id), '[]')
      from _link_candidate as k
      where k.account_id = s.account_id
        and k.is_kept = 1
    )),
    'claimant_account_ids', json((
      select coalesce(json_group_array(k.claimant_account_id), '[]')
      from _link_claimant as k
      where k.account_id = s.account_id
        and k.claimant_account_id < 'row'
    )),
    'field_account_ids', json((
      select coalesce(json_group_array(k.account_id), '[]')
      from _link_field_account as k
      where k.organization_id = s.organization_id
    )),
    'other_name_count', s.other_name_count,
    'member_count', case when c.is_users_known = 1 and s.match_rule <> 'external_id' then s.member_count end,
    'member_own_count', case when c.is_users_known = 1 and s.match_rule <> 'external_id' then s.member_own_count end,
    'unread_facts', case when s.unread_facts <> '' then substr(s.unread_facts, 3) end,
    'eligible_user_count', case when c.is_users_known = 1 then coalesce(p.eligible_user_count, 0) end,
    'open_ticket_count', case when c.is_tickets_known = 1 then coalesce(p.open_ticket_count, 0) end
  ) as evidence
from _run_context as c
cross join subject as s
left join _link_account_people as p
  on p.account_id = s.account_id
