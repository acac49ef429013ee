-- One row per account with people on domains that no other account expects: how much hangs on it.
--
-- reads: _link_domain_people _link_domain_owner
select
  w.first_account_id as account_id,
  sum(p.eligible_user_count) as eligible_user_count,
  sum(p.open_ticket_count) as open_ticket_count
from _link_domain_people as p
cross join _link_domain_owner as w
where w.domain_id = p.domain_id
  and w.owner_count = 1
group by w.first_account_id
