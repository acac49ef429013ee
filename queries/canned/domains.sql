-- E-mail domains by the users and tickets in the wrong place.
--
-- question: Which e-mail domains have the most users and tickets in the wrong place?
-- columns:
--   email_domain: the domain
--   user_count: users with an open issue
--   ticket_count: tickets with an open issue
--   account_count: accounts of these
select
  i.email_domain as email_domain,
  count(distinct i.user_id) as user_count,
  count(distinct i.ticket_id) as ticket_count,
  count(distinct i.account_id) as account_count
from issue as i
where i.is_open = 1
  and i.email_domain is not null
group by i.email_domain
order by user_count desc, i.email_domain
