-- The accounts of which it is found out anew what speaks against a repair: they or their organization changed, or what
-- is asked about the two.
insert or ignore into temp.dirty_verdict (account_id)
-- input: _link_account
select l.account_id
from temp.changed_link_account as l
union all
-- input: _link_candidate
select k.account_id
from temp.changed_link_candidate as k
union all
-- input: _link_expected_domain
select x.account_id
from temp.changed_link_expected_domain as x
union all
-- input: _link_related_domain
select r.account_id
from temp.changed_link_related_domain as r
union all
-- input: _link_ancestor
select g.account_id
from temp.changed_link_ancestor as g
union all
-- input: _link_account_name
select n.account_id
from temp.changed_link_account_name as n
union all
-- input: _link_claim
select k.account_id
from temp.changed_link_claim as k
union all
-- input: _link_claimant
select k.account_id
from temp.changed_link_claimant as k
union all
-- input: _link_domain_owner
select x.account_id
from temp.changed_link_domain_owner as w
cross join _link_expected_domain as x
where x.domain_id = w.domain_id
union all
-- input: _link_domain_holder
select l.account_id
from temp.changed_link_domain_holder as h
cross join _link_account as l
where l.organization_id = h.organization_id
union all
-- input: _link_organization
select l.account_id
from temp.changed_link_organization as o
cross join _link_account as l
where l.organization_id = o.organization_id
union all
-- input: _link_field_account
select l.account_id
from temp.changed_link_field_account as f
cross join _link_account as l
where l.organization_id = f.organization_id
union all
-- input: _link_member
select l.account_id
from temp.changed_link_member as m
cross join _link_account as l
where l.organization_id = m.organization_id
union all
-- input: _organization_domain_versions
select l.account_id
from temp.changed_organization_domain_versions as v
cross join _link_account as l
where l.organization_id = v.organization_id
union all
-- input: _link_name
select l.account_id
from (
  select 1 as is_needed
  where exists (select 1 from temp.changed_link_name)
) as g
cross join _link_account as l
cross join _link_organization as o
where o.organization_id = l.organization_id
  and o.name_key in (select n.name_key from temp.changed_link_name as n)
