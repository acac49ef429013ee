-- One row per domain whose users are asked one by one: one that an account without organization expects, or one to
-- be added to the organization of the only account that expects it, because no organization holds it.
--
-- reads: _link_account _link_expected_domain _link_domain_owner _link_domain_holder
with asked as (
  -- One row per domain and account that it is asked for.
  select
    x.domain_id as domain_id,
    l.account_id as adding_account_id,
    l.organization_id as adding_organization_id
  from _link_account as l
  cross join _link_expected_domain as x
  cross join _link_domain_owner as w
  where l.link_state in ('linked', 'contested')
    and x.account_id = l.account_id
    and w.domain_id = x.domain_id
    and w.owner_count = 1
    and not exists (
      select 1
      from _link_domain_holder as h
      where h.domain_id = x.domain_id
    )
  union all
  select
    x.domain_id as domain_id,
    null as adding_account_id,
    null as adding_organization_id
  from _link_account as l
  cross join _link_expected_domain as x
  where l.link_state = 'missing'
    and x.account_id = l.account_id
)
select
  a.domain_id as domain_id,
  max(a.adding_account_id) as adding_account_id,
  max(a.adding_organization_id) as adding_organization_id
from asked as a
group by a.domain_id
