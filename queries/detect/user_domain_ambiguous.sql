-- A user's e-mail domain is expected by several accounts, and the default organization is none of theirs.
--
-- code: user_domain_ambiguous
-- version: 2
-- family: drift
-- layer: user
-- severity: medium
-- action: none
-- needs: accounts organizations users
-- reads: _link_expected_domain _run_context _link_user_drift _domains
-- class: ambiguous_domain
-- reason: The domain of user {subject_id} is expected by several accounts, and the default organization is
--   none of theirs.
-- refuses: user_domain_ambiguous
-- suggests: domain_review
-- next: Decide which account owns the domain
-- cause: domain
-- place: domain_ambiguous
-- columns:
--   organization_id: Always null.
-- evidence:
--   email_domain text: domain of the user's address
--   default_organization_id integer: the user's default organization; null: none
--   owner_account_ids texts: every account that expects the domain
--
-- Why it matters: the domain cannot say whose user this is, and the present organization is wrong for all.
-- What to do: a person decides; if the accounts are one company, give one of them the domain in
-- Salesforce.
-- The issue is counted under the owner with the smallest id that was read; the evidence names all of them but
-- rows of the account file whose id cannot be read.
select
  c.run_id as run_id,
  u.account_id as account_id,
  'user' as subject_kind,
  cast(u.user_id as text) as subject_id,
  null as domain,
  null as organization_id,
  'blocked' as disposition,
  null as action,
  'user_domain_ambiguous' as blocked_reason,
  'domain_review' as suggested_action,
  json_object(
    'email_domain', d.domain,
    'default_organization_id', u.default_organization_id,
    'owner_account_ids', json((
      select coalesce(json_group_array(x.account_id), '[]')
      from _link_expected_domain as x
      where x.domain_id = u.domain_id
        and x.account_id < 'row'
    ))
  ) as evidence
from _run_context as c
cross join _link_user_drift as u
cross join _domains as d
where u.kind = 'domain_ambiguous'
  and d.domain_id = u.domain_id
