-- One row per domain that accounts expect: how many do, and the smallest of their ids.
--
-- reads: _link_expected_domain
select
  x.domain_id as domain_id,
  count(*) as owner_count,
  min(x.account_id) as first_account_id
from _link_expected_domain as x
group by x.domain_id
