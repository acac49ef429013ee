-- The accounts that are linked anew: their row, a mark of theirs, the organization of their stored id or what else
-- stores that id changed, or a domain leads them elsewhere.
insert or ignore into temp.dirty_account (account_id)
-- input: _link_known_account
select a.account_id
from temp.changed_link_known_account as a
union all
-- input: _link_claim
select k.account_id
from temp.changed_link_claim as k
union all
-- input: _link_claim
select k.account_id
from temp.changed_link_claim as g
cross join _link_claim as k
where k.organization_id = g.organization_id
union all
-- input: _link_candidate
select k.account_id
from temp.changed_link_candidate as k
union all
-- input: _organization_versions
select k.account_id
from temp.changed_organization_versions as o
cross join _link_claim as k
where k.organization_id = o.organization_id
