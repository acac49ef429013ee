-- The domains whose users are placed anew: something that decides where a user on the domain belongs, or what speaks
-- against a repair, is no longer what it was.
--
-- One branch for each relation that a user's domain leads to. changed_<relation> holds its rows of before that are
-- gone and those that came.
insert or ignore into temp.dirty_user_domain (domain_id)
-- input: _link_expected_domain
select x.domain_id
from temp.changed_link_expected_domain as x
union all
-- input: _link_account
select x.domain_id
from temp.changed_link_account as l
cross join _link_expected_domain as x
where x.account_id = l.account_id
union all
-- input: _link_claim
select x.domain_id
from temp.changed_link_claim as k
cross join _link_expected_domain as x
where x.account_id = k.account_id
union all
-- input: _link_domain_expectation
select x.domain_id
from temp.changed_link_domain_expectation as x
union all
-- input: _link_domain_holder
select h.domain_id
from temp.changed_link_domain_holder as h
union all
-- input: _link_verdict
select x.domain_id
from temp.changed_link_verdict as v
cross join _link_expected_domain as x
where x.account_id = v.account_id
union all
-- input: _link_related_domain
select r.domain_id
from temp.changed_link_related_domain as r
