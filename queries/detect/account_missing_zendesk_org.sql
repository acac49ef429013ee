-- No organization belongs to an account by stored id, external_id or domain.
--
-- code: account_missing_zendesk_org
-- version: 2
-- family: drift
-- layer: organization
-- severity: medium
-- action: none
-- needs: accounts organizations
-- reads: _link_candidate _run_context _link_account _link_account_people
-- class: missing_org
-- reason: No organization belongs to account {account_id} by stored id, external_id or domain.
-- refuses: none
-- suggests: relink_org create_missing_org
-- next: Create or relink the organization
-- cause: account
-- columns:
--   subject_kind: Always account.
--   organization_id: Always null.
-- evidence:
--   is_stored_organization_dangling integer: 1 if the organization of the stored id does not exist, else 0
--   holding_organization_ids integers: organizations that hold a domain of the account
--   eligible_user_count integer volatile: eligible users who hang on the account; null: users were not read
--   open_ticket_count integer volatile: open tickets that hang on the account; null: tickets were not read
--
-- Why it matters: the customer's users and tickets have nowhere to go.
-- What to do: create the organization, or relink the account where its stored id points nowhere or an
-- organization of another account holds its domain (the evidence names it).
-- False positives: accounts that never buy support; leave them out of the export or suppress them.
select
  c.run_id as run_id,
  l.account_id as account_id,
  'account' as subject_kind,
  l.account_id as subject_id,
  null as domain,
  null as organization_id,
  'review' as disposition,
  null as action,
  null as blocked_reason,
  case
    when l.is_stored_dangling = 1 then 'relink_org'
    when exists (
      select 1
      from _link_candidate as k
      where k.account_id = l.account_id
    ) then 'relink_org'
    else 'create_missing_org'
  end as suggested_action,
  json_object(
    'is_stored_organization_dangling', l.is_stored_dangling,
    'holding_organization_ids', json((
      select coalesce(json_group_array(k.organization_id), '[]')
      from _link_candidate as k
      where k.account_id = l.account_id
    )),
    'eligible_user_count', case when c.is_users_known = 1 then coalesce(p.eligible_user_count, 0) end,
    'open_ticket_count', case when c.is_tickets_known = 1 then coalesce(p.open_ticket_count, 0) end
  ) as evidence
from _run_context as c
cross join _link_account as l
left join _link_account_people as p
  on p.account_id = l.account_id
where l.link_state = 'missing'
