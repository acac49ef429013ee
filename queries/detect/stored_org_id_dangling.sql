-- An account stores the id of an organization that does not exist.
--
-- code: stored_org_id_dangling
-- version: 2
-- family: hygiene
-- layer: organization
-- severity: low
-- action: none
-- needs: accounts organizations
-- reads: _run_context _link_account _account_versions
-- class: stored_org_id_dangling
-- reason: Account {account_id} stores the id of an organization that does not exist.
-- refuses: none
-- suggests: relink_org
-- next: Correct the stored id in Salesforce
-- cause: account
-- columns:
--   subject_kind: Always account.
--   organization_id: Always null.
-- evidence:
--   stored_organization_id integer: the id that the account stores
--   link_state text: how the account resolves, as in account_links
--   organization_id integer: the organization that the account resolves to; null: none
--
-- Why it matters: the organization was deleted or merged away; whoever trusts the stored id finds nothing.
-- What to do: correct the stored id in Salesforce; the account's link, if it has one, names the organization.
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
  'relink_org' as suggested_action,
  json_object(
    'stored_organization_id', a.stored_organization_id,
    'link_state', l.link_state,
    'organization_id', l.organization_id
  ) as evidence
from _run_context as c
cross join _link_account as l
cross join _account_versions as a
where l.is_stored_dangling = 1
  and a.account_id = l.account_id
  and a.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < a.valid_to
