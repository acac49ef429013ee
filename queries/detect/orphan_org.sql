-- No account of the file points to an organization: by stored id, external_id or domain.
--
-- code: orphan_org
-- version: 4
-- family: hygiene
-- layer: organization
-- severity: low
-- action: none
-- needs: accounts organizations
-- reads: _link_account_name _link_account _link_field_account _run_context _link_orphan _link_organization
--   _link_orphan_activity
-- class: orphan_org
-- reason: No account of the file points to organization {subject_id}.
-- refuses: none
-- suggests: relink_org check_tickets_then_retire retire_org
-- next: Relink the organization or retire it
-- cause: account
-- columns:
--   account_id: Always null: no account points to the organization.
-- evidence:
--   external_id text: blank, or names_no_account
--   same_name_account_ids texts: the first twenty accounts of the same name
--   default_user_count integer volatile: users with it as their default; null: users were not read
--   member_count integer volatile: users who are members; null: users were not read
--   ticket_count integer volatile: tickets filed under it; null: tickets were not read
--
-- Why it matters: organizations made by hand have no owner, no service level and no team.
-- What to do: relink it if it has users or tickets, or if an account that has no organization or was not read bears its
-- name or stands in one of its fields; else retire it, once users, memberships and all tickets were read to their end.
-- Until then look for archived tickets first. Relative to the account file: a filtered export makes orphans of every
-- organization that it leaves out.
select
  c.run_id as run_id,
  null as account_id,
  'organization' as subject_kind,
  cast(r.organization_id as text) as subject_id,
  null as domain,
  r.organization_id as organization_id,
  'review' as disposition,
  null as action,
  null as blocked_reason,
  case
    when a.organization_id is not null then 'relink_org'
    when exists (
      select 1
      from _link_account_name as n
      cross join _link_account as l
      where n.name_key = o.name_key
        and n.place <= 20
        and l.account_id = n.account_id
        and l.link_state in ('missing', 'unread')
    ) then 'relink_org'
    when exists (
      select 1
      from _link_field_account as f
      cross join _link_account as l
      where f.organization_id = o.organization_id
        and l.account_id = f.account_id
        and l.link_state in ('missing', 'unread')
    ) then 'relink_org'
    when c.is_emptiness_proof = 1 then 'retire_org'
    else 'check_tickets_then_retire'
  end as suggested_action,
  json_object(
    'external_id', case when r.is_blank = 1 then 'blank' else 'names_no_account' end,
    'same_name_account_ids', json((
      select coalesce(json_group_array(n.account_id), '[]')
      from _link_account_name as n
      where n.name_key = o.name_key
        and n.place <= 20
        and n.account_id < 'row'
    )),
    'default_user_count', case when c.is_users_known = 1 then coalesce(a.default_user_count, 0) end,
    'member_count', case when c.is_memberships_known = 1 then coalesce(a.member_count, 0) end,
    'ticket_count', case when c.is_tickets_known = 1 then coalesce(a.ticket_count, 0) end
  ) as evidence
from _run_context as c
cross join _link_orphan as r
cross join _link_organization as o
left join _link_orphan_activity as a
  on a.organization_id = r.organization_id
where o.organization_id = r.organization_id
