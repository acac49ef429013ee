-- An organization carries an account's id, but not in its 18-character form.
--
-- code: external_id_not_canonical
-- version: 2
-- family: hygiene
-- layer: organization
-- severity: low
-- action: none
-- needs: accounts organizations
-- reads: _run_context _link_claim _organization_versions
-- class: external_id_not_canonical
-- reason: Organization {subject_id} carries the id of account {account_id}, but not in its 18-character form.
-- refuses: none
-- suggests: relink_org
-- next: Write the 18-character id into external_id
-- cause: account
-- evidence:
--   external_id text: the organization's external_id as Zendesk has it
--   canonical_external_id text: the account's id, 18 characters
--
-- Why it matters: Zendesk compares external_ids without case, so 15-character ids of two accounts can
-- collide, and a sync that looks for the 18-character form creates a second organization.
-- What to do: write the 18-character form; a person does that, because orgdrift never overwrites an id.
select
  c.run_id as run_id,
  k.account_id as account_id,
  'organization' as subject_kind,
  cast(o.organization_id as text) as subject_id,
  null as domain,
  o.organization_id as organization_id,
  'review' as disposition,
  null as action,
  null as blocked_reason,
  'relink_org' as suggested_action,
  json_object('external_id', o.external_id, 'canonical_external_id', k.account_id) as evidence
from _run_context as c
cross join _link_claim as k
cross join _organization_versions as o
where k.match_rule = 'external_id'
  and o.organization_id = k.organization_id
  and o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
  and o.external_id <> k.account_id
