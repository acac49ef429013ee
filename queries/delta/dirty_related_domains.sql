-- The expected domains whose relatives are looked for anew: an account expects another one of the same registrable part
-- than before, or one less.
insert or ignore into temp.dirty_related_domain (domain_id)
-- input: _link_expected_domain
select x.domain_id
from temp.changed_link_expected_domain as x
union all
-- input: _link_expected_domain
select x.domain_id
from _link_expected_domain as x
cross join _domains as d
where d.domain_id = x.domain_id
  and d.registrable in (
    select e.registrable
    from temp.changed_link_expected_domain as g
    cross join _domains as e
    where e.domain_id = g.domain_id
  )
