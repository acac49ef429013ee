-- Only accounts with issues are kept run by run: the others are asked for nowhere.
insert into temp.affected (account_id, eligible_user_count, open_ticket_count)
select
  a.account_id,
  case when c.is_users_known = 1 then coalesce(p.eligible_user_count, 0) end,
  case when c.is_tickets_known = 1 then coalesce(p.open_ticket_count, 0) end
from _run_context as c
cross join (
  select distinct d.account_id as account_id
  from temp.detected as d
  where d.family = 'drift'
) as a
left join _link_account_people as p
  on p.account_id = a.account_id
