-- One row per account and other account that claims its organization.
--
-- reads: _link_account _link_claim _link_candidate
--
-- A claim is the other account's stored id or its id in external_id. Where the account is only a
-- candidate, the domains of another candidate or ambiguous account claim the organization as well, and those of
-- an unread one, which might be either.
select
  l.account_id as account_id,
  k.account_id as claimant_account_id
from _link_account as l
cross join _link_claim as k
where l.link_state in ('linked', 'contested', 'candidate')
  and k.organization_id = l.organization_id
  and k.account_id <> l.account_id
union
select
  l.account_id as account_id,
  k.account_id as claimant_account_id
from _link_account as l
cross join _link_candidate as k
left join _link_account as b
  on b.account_id = k.account_id
where l.link_state = 'candidate'
  and k.organization_id = l.organization_id
  and k.account_id <> l.account_id
  and k.is_kept = 1
  and (b.link_state in ('candidate', 'ambiguous', 'unread') or b.account_id is null)
