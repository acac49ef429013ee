-- The organizations whose members are looked at again for domains that belong to nobody there: what ties the
-- organization to accounts, its domains or those of its accounts changed.
insert or ignore into temp.dirty_organization (organization_id)
-- input: _link_account
select l.organization_id
from temp.changed_link_account as l
where l.organization_id is not null
union all
-- input: _link_claim
select k.organization_id
from temp.changed_link_claim as k
union all
-- input: _organization_versions
select o.organization_id
from temp.changed_organization_versions as o
union all
-- input: _organization_domain_versions
select d.organization_id
from temp.changed_organization_domain_versions as d
union all
-- input: _link_expected_domain
select l.organization_id
from temp.changed_link_expected_domain as x
cross join _link_account as l
where l.account_id = x.account_id
  and l.organization_id is not null
union all
-- input: _link_expected_domain
select k.organization_id
from temp.changed_link_expected_domain as x
cross join _link_claim as k
where k.account_id = x.account_id
