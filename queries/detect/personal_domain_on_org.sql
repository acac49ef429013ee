-- An organization holds a domain of personal e-mail addresses or of a platform.
--
-- code: personal_domain_on_org
-- version: 3
-- family: hygiene
-- layer: organization
-- severity: high
-- action: none
-- needs: accounts organizations
-- reads: _link_account _link_claim _run_context _organization_domain_versions _domains
-- class: personal_domain_on_org
-- reason: Organization {subject_id} holds {domain}, a domain of personal addresses or of a platform.
-- refuses: none
-- suggests: repair_domain_mapping
-- next: Remove the domain from the organization
-- cause: account
-- columns:
--   account_id: Salesforce account id, 18 characters. Null: no account resolves to the organization.
--   domain: The domain that the finding is about.
-- evidence:
--   domain text: the domain
--   kind text: personal, disposable or platform
--
-- Why it matters: Zendesk pulls every user with a verified address on that domain into the organization.
-- What to do: take the domain off the organization in Zendesk, after a look at the members it pulled in.
-- False positives: the provider or the platform itself is a customer; see personal-domain remove.
select
  c.run_id as run_id,
  coalesce(
    (
      select min(l.account_id)
      from _link_account as l
      where l.organization_id = v.organization_id
    ),
    (
      select min(k.account_id)
      from _link_claim as k
      where k.organization_id = v.organization_id
        and k.match_rule = 'external_id'
    )
  ) as account_id,
  'organization' as subject_kind,
  cast(v.organization_id as text) as subject_id,
  d.domain as domain,
  v.organization_id as organization_id,
  'review' as disposition,
  null as action,
  null as blocked_reason,
  'repair_domain_mapping' as suggested_action,
  json_object('domain', d.domain, 'kind', d.listed_kind) as evidence
from _run_context as c
cross join _organization_domain_versions as v
cross join _domains as d
where v.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < v.valid_to
  and d.domain_id = v.domain_id
  and d.listed_kind is not null
