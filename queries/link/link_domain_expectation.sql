-- One row per domain whose users are expected somewhere: by the one account that owns it, if that has an
-- organization or a duplicate of one; by several accounts, if one of them does.
--
-- reads: _link_domain_owner _link_account _link_expected_domain
--
-- With several owners account_id is the smallest of their ids, link_state and organization_id are null.
select
  w.domain_id as domain_id,
  w.owner_count as owner_count,
  w.first_account_id as account_id,
  l.link_state as link_state,
  l.organization_id as organization_id
from _link_domain_owner as w
cross join _link_account as l
where w.owner_count = 1
  and l.account_id = w.first_account_id
  and l.link_state in ('linked', 'contested', 'candidate', 'duplicate')
union all
select
  w.domain_id as domain_id,
  w.owner_count as owner_count,
  w.first_account_id as account_id,
  null as link_state,
  null as organization_id
from _link_domain_owner as w
where w.owner_count >= 2
  and exists (
    select 1
    from _link_expected_domain as x
    cross join _link_account as l
    where x.domain_id = w.domain_id
      and l.account_id = x.account_id
      and l.link_state in ('linked', 'contested', 'candidate', 'duplicate')
  )
