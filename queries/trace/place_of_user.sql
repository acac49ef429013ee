-- One row if anything is expected of the user in question: where the audit finds it. -1 is the same user in no
-- organization.
--
-- A trace fills the tables with what has to do with one record.
select
  coalesce(u.kind, 'expected') as verdict,
  null as is_outside_window
from asked as q
cross join _link_user_drift as n
left join _link_user_drift as u
  on u.user_id = q.user_id
where n.user_id = -1
