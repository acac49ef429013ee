-- The organization that an account points to carries an external_id that is not the account's.
--
-- code: org_external_id_conflict
-- version: 3
-- family: drift
-- layer: organization
-- severity: high
-- action: none
-- needs: accounts organizations
-- reads: _run_context _link_account _organization_versions _link_candidate _link_account_people
-- class: external_id_conflict
-- reason: Account {account_id} points to organization {subject_id}, which carries another external_id.
-- reason_of_account: Several organizations hold domains of account {account_id}, and each carries another
--   external_id.
-- refuses: external_id_conflict org_candidate_ambiguous
-- suggests: relink_org
-- next: Find out whose organization it is
-- cause: account
-- columns:
--   subject_kind: organization, or account where several organizations are possible.
--   organization_id: The organization of the account. Null: several are possible.
-- evidence:
--   link_state text: how the account resolves, as in account_links
--   match_rule text: by which rule it resolves; null: by none
--   external_id text: the organization's external_id as Zendesk has it; null: several are possible
--   candidate_organization_ids integers: organizations that hold domains of the account and serve no other one
--   eligible_user_count integer volatile: eligible users who hang on the account; null: users were not read
--   open_ticket_count integer volatile: open tickets that hang on the account; null: tickets were not read
--
-- Why it matters: two customers may share one organization, or a stored id or a domain points to the
-- wrong one. Overwriting the id would take the organization from whoever it names.
-- What to do: find out whose organization it is; correct the stored id, the domains or the external_id.
-- Not reported here: a blank external_id (org_missing_external_id).
with subject as (
  -- One row per account in conflict.
  select
    l.account_id as account_id,
    'organization' as subject_kind,
    cast(l.organization_id as text) as subject_id,
    l.organization_id as organization_id,
    l.match_rule as match_rule,
    l.link_state as link_state,
    'external_id_conflict' as blocked_reason
  from _run_context as c
  cross join _link_account as l
  cross join _organization_versions as o
  where l.link_state in ('contested', 'conflict')
    and o.organization_id = l.organization_id
    and o.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < o.valid_to
    and o.account_key is not null
  union all
  select
    l.account_id as account_id,
    'account' as subject_kind,
    l.account_id as subject_id,
    null as organization_id,
    null as match_rule,
    l.link_state as link_state,
    'org_candidate_ambiguous' as blocked_reason
  from _link_account as l
  where l.link_state = 'ambiguous'
    and not exists (
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
  'blocked' as disposition,
  null as action,
  s.blocked_reason as blocked_reason,
  'relink_org' as suggested_action,
  json_object(
    'link_state', s.link_state,
    'match_rule', s.match_rule,
    'external_id', o.external_id,
    'candidate_organization_ids', json((
      select coalesce(json_group_array(k.organization_id), '[]')
      from _link_candidate as k
      where k.account_id = s.account_id
        and k.is_kept = 1
    )),
    'eligible_user_count', case when c.is_users_known = 1 then coalesce(p.eligible_user_count, 0) end,
    'open_ticket_count', case when c.is_tickets_known = 1 then coalesce(p.open_ticket_count, 0) end
  ) as evidence
from _run_context as c
cross join subject as s
left join _organization_versions as o
  on o.organization_id = s.organization_id
  and o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
left join _link_account_people as p
  on p.account_id = s.account_id
