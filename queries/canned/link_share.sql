-- Share of accounts that are linked to an organization, day by day.
--
-- question: How many accounts are linked beyond doubt?
-- columns:
--   day: the day
--   account_count: accounts that were read
--   linked_account_count: those linked to a single organization
--   linked_percent: their share, in per cent
select
  r.day as day,
  r.account_count as account_count,
  r.linked_account_count as linked_account_count,
  round(100.0 * r.linked_account_count / r.account_count, 1) as linked_percent
from run as r
where r.is_last_of_day = 1
  and r.account_count > 0
order by r.day
