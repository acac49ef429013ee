-- No organization belongs to an account by stored id, external_id or domain.
--
-- code: account_missing_zendesk_org
-- version: 3
-- family: drift
-- layer: organization
-- severity: medium
-- action: none
-- needs: accounts organizations
-- reads: _link_candidate _link_near_organization _link_ancestor _run_context _link_account _link_missing
--   _link_account_people
-- class: missing_org
-- reason: No organization belongs to account {account_id} by stored id, external_id or domain.
-- refuses: none
-- suggests: relink_org served_by_parent create_missing_org
-- next: Find or create the organization
-- cause: account
-- columns:
--   subject_kind: Always account.
--   organization_id: Always null.
-- evidence:
--   is_stored_organization_dangling integer: 1 if the organization of the stored id does not exist, else 0
--   is_stored_organization_unreadable integer: 1 if the stored id cannot be read, else 0
--   is_absence_proven integer: 1 if what was read proves that no organization is near, else 0
--   holding_organization_ids integers: organizations that hold a domain of the account; they serve others
--   organization_ids_by_field integers: organizations that may be its own: a field has its id
--   fields texts: these fields
--   organization_ids_by_name integers: organizations that may be its own: they have its name
--   organization_ids_by_members integers: organizations that may be its own: two eligible members are on its domains
--   foreign_organization_ids integers: organizations like these that belong to another account
--   ancestor_account_ids texts: accounts above it, where an organization is near
--   eligible_user_count integer volatile: eligible users who hang on the account; null: users were not read
--   open_ticket_count integer volatile: open tickets that hang on the account; null: tickets were not read
--
-- Why it matters: the customer's users and tickets have nowhere to go.
-- What to do: look at the organizations that the evidence names, and relink the account. Served by the parent: every
-- organization that is near belongs to an account above this one, so nothing may be missing. Create an organization
-- only where the advice says so: then nothing that was read comes near.
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
    when l.is_stored_dangling = 1 or l.is_stored_unreadable = 1 then 'relink_org'
    when n.own_count > 0 then 'relink_org'
    when n.near_count > 0 and n.served_count = n.near_count then 'served_by_parent'
    when n.is_absence_proven = 1 then 'create_missing_org'
    else 'relink_org'
  end as suggested_action,
  json_object(
    'is_stored_organization_dangling', l.is_stored_dangling,
    'is_stored_organization_unreadable', l.is_stored_unreadable,
    'is_absence_proven', n.is_absence_proven,
    'holding_organization_ids', json((
      select coalesce(json_group_array(k.organization_id), '[]')
      from _link_candidate as k
      where k.account_id = l.account_id
    )),
    'organization_ids_by_field', json((
      select coalesce(json_group_array(k.organization_id), '[]')
      from _link_near_organization as k
      where k.account_id = l.account_id
        and k.sign = 'field'
        and k.is_foreign = 0
    )),
    'fields', json((
      select coalesce(json_group_array(k.field), '[]')
      from _link_near_organization as k
      where k.account_id = l.account_id
        and k.sign = 'field'
        and k.is_foreign = 0
    )),
    'organization_ids_by_name', json((
      select coalesce(json_group_array(k.organization_id), '[]')
      from _link_near_organization as k
      where k.account_id = l.account_id
        and k.sign = 'name'
        and k.is_foreign = 0
    )),
    'organization_ids_by_members', json((
      select coalesce(json_group_array(k.organization_id), '[]')
      from _link_near_organization as k
      where k.account_id = l.account_id
        and k.sign = 'members'
        and k.is_foreign = 0
    )),
    'foreign_organization_ids', json((
      select coalesce(json_group_array(k.organization_id), '[]')
      from _link_near_organization as k
      where k.account_id = l.account_id
        and k.sign <> 'domain'
        and k.is_foreign = 1
    )),
    'ancestor_account_ids', json((
      select coalesce(json_group_array(g.ancestor_account_id), '[]')
      from _link_ancestor as g
      where g.account_id = l.account_id
    )),
    'eligible_user_count', case when c.is_users_known = 1 then coalesce(p.eligible_user_count, 0) end,
    'open_ticket_count', case when c.is_tickets_known = 1 then coalesce(p.open_ticket_count, 0) end
  ) as evidence
from _run_context as c
cross join _link_account as l
cross join _link_missing as n
left join _link_account_people as p
  on p.account_id = l.account_id
where l.link_state = 'missing'
  and n.account_id = l.account_id
