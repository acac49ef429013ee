-- An organization carries an account's id, but not in its 18-character form.
--
-- code: external_id_not_canonical
-- version: 3
-- family: hygiene
-- layer: organization
-- severity: low
-- action: none
-- needs: accounts organizations
-- reads: _run_context _organization_versions _account_merge_versions _link_known_account
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
  a.account_id as account_id,
  'organization' as subject_kind,
  cast(o.organization_id as text) as subject_id,
  null as domain,
  o.organization_id as organization_id,
  'review' as disposition,
  null as action,
  null as blocked_reason,
  'relink_org' as suggested_action,
  json_object('external_id', o.external_id, 'canonical_external_id', a.account_id) as evidence
from _run_context as c
cross join _organization_versions as o
left join _account_merge_versions as m
  on m.merged_account_id = o.external_account_key
  and m.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < m.valid_to
cross join _link_known_account as a
where o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
  and a.account_id = coalesce(m.account_id, o.external_account_key)
  and o.external_id <> a.account_id
