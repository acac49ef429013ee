-- A user belongs to an account that has two organizations, and the default is neither.
--
-- code: user_resolution_blocked_duplicate_external_id
-- version: 2
-- family: drift
-- layer: user
-- severity: high
-- action: none
-- needs: accounts organizations users
-- reads: _link_claim _run_context _link_user_drift _domains
-- class: blocked_by_duplicate
-- reason: User {subject_id} has a domain of account {account_id}, which has several organizations, and
--   belongs to none of them by default.
-- refuses: none
-- suggests: merge_review
-- next: Review the issues
-- cause: account
-- place: blocked_duplicate
-- columns:
--   organization_id: Always null.
-- evidence:
--   email_domain text: domain of the user's address
--   default_organization_id integer: the user's default organization; null: none
--   organization_ids integers: every organization that carries the account's id
--
-- Why it matters: the user is in no organization of the customer, and nobody can say which is right.
-- What to do: settle the duplicate first (org_duplicate_external_id), then audit again.
select
  c.run_id as run_id,
  u.account_id as account_id,
  'user' as subject_kind,
  cast(u.user_id as text) as subject_id,
  null as domain,
  null as organization_id,
  'review' as disposition,
  null as action,
  null as blocked_reason,
  'merge_review' as suggested_action,
  json_object(
    'email_domain', d.domain,
    'default_organization_id', u.default_organization_id,
    'organization_ids', json((
      select coalesce(json_group_array(k.organization_id), '[]')
      from _link_claim as k
      where k.account_id = u.account_id
        and k.match_rule = 'external_id'
    ))
  ) as evidence
from _run_context as c
cross join _link_user_drift as u
cross join _domains as d
where u.kind = 'blocked_duplicate'
  and d.domain_id = u.domain_id
