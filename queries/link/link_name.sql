-- One row per name that accounts have: how many have it.
--
-- reads: _link_account_name
select
  n.name_key as name_key,
  count(*) as account_count
from _link_account_name as n
group by n.name_key
