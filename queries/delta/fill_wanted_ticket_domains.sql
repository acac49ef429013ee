-- The domains whose tickets are looked for: one question for each ticket instead of two.
insert or ignore into temp.wanted_ticket_domain (domain_id)
select x.domain_id
from temp.changed_link_domain_expectation as x
union all
select w.domain_id
from temp.newly_owned as w
