-- Two or more organizations carry the id of the same account.
--
-- code: org_duplicate_external_id
-- version: 2
-- family: drift
-- layer: organization
-- severity: critical
-- action: none
-- needs: accounts organizations
-- reads: _link_claim _run_context _link_account _organization_versions _link_account_people
-- class: duplicate_external_id
-- reason: Organization {subject_id} carries the id of account {account_id}, and so does another organization.
-- refuses: duplicate_external_id
-- suggests: merge_review
-- next: Decide which organization stays and merge the others into it
-- cause: account
-- evidence:
--   external_id text: the organization's external_id as Zendesk has it
--   organization_ids integers: every organization that carries the account's id
--   eligible_user_count integer volatile: eligible users who hang on the account; null: users were not read
--   open_ticket_count integer volatile: open tickets that hang on the account; null: tickets were not read
--
-- Why it matters: nobody can say which organization is the customer, so every user and ticket of the
-- account may be in the wrong one, and every sync writes to one of them by chance.
-- What to do: decide which organization stays and merge the others into it in Zendesk, then audit again.
-- Zendesk refuses two equal external_ids; the same id in its 15- and 18-character forms, with blanks
-- around it or in another letter case gets past that.
-- Not reported here: an organization whose external_id names another account (org_external_id_conflict).
select
  c.run_id as run_id,
  l.account_id as account_id,
  'organization' as subject_kind,
  cast(k.organization_id as text) as subject_id,
  null as domain,
  k.organization_id as organization_id,
  'blocked' as disposition,
  null as action,
  'duplicate_external_id' as blocked_reason,
  'merge_review' as suggested_action,
  json_object(
    'external_id', o.external_id,
    'organization_ids', json((
      select coalesce(json_group_array(e.organization_id), '[]')
      from _link_claim as e
      where e.account_id = l.account_id
        and e.match_rule = 'external_id'
    )),
    'eligible_user_count', case when c.is_users_known = 1 then coalesce(p.eligible_user_count, 0) end,
    'open_ticket_count', case when c.is_tickets_known = 1 then coalesce(p.open_ticket_count, 0) end
  ) as evidence
from _run_context as c
cross join _link_account as l
cross join _link_claim as k
cross join _organization_versions as o
left join _link_account_people as p
  on p.account_id = l.account_id
where l.link_state = 'duplicate'
  and k.account_id = l.account_id
  and k.match_rule = 'external_id'
  and o.organization_id = k.organization_id
  and o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
