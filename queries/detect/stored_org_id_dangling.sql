-- An account stores the id of an organization that does not exist.
--
-- code: stored_org_id_dangling
-- version: 1
-- family: hygiene
-- layer: organization
-- severity: low
-- action: none
-- needs: accounts organizations
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
