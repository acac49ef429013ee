-- One row per domain that accounts expect: how many do, and the smallest id of those that were read; of an unread
-- one only where no other expects it.
--
-- reads: _link_expected_domain _link_known_account
select
  x.domain_id as domain_id,
  count(*) as owner_count,
  coalesce(min(case when a.is_unread = 0 then x.account_id end), min(x.account_id)) as first_account_id
from _link_expected_domain as x
cross join _link_known_account as a
where a.account_id = x.account_id
group by x.domain_id
