-- No account of the file points to an organization: by stored id, external_id or domain.
--
-- code: orphan_org
-- version: 1
-- family: hygiene
-- layer: organization
-- severity: low
-- action: none
-- needs: accounts organizations
--
-- Why it matters: organizations made by hand have no owner, no service level and no team.
-- What to do: relink it if it has members or tickets, else retire it. Relative to the account file: a
-- filtered export makes orphans of every organization that it leaves out.
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
  case when a.organization_id is null then 'retire_org' else 'relink_org' end as suggested_action,
  json_object(
    'external_id', case when r.is_blank = 1 then 'blank' else 'names_no_account' end,
    'member_count', case when c.is_users_known = 1 then coalesce(a.member_count, 0) end,
    'ticket_count', case when c.is_tickets_known = 1 then coalesce(a.ticket_count, 0) end
  ) as evidence
from _run_context as c
cross join _link_orphan as r
left join _link_orphan_activity as a
  on a.organization_id = r.organization_id
