-- One row if anything is expected of the ticket in question: where the audit finds it. -1 is the same ticket without an
-- organization.
--
-- A trace fills the tables with what has to do with one record.
select
  case
    when t.ticket_id is null then 'expected'
    when t.organization_id is null then 'without_organization'
    else 'other_organization'
  end as verdict,
  n.is_outside_window as is_outside_window
from asked as q
cross join _link_ticket_drift as n
left join _link_ticket_drift as t
  on t.ticket_id = q.ticket_id
where n.ticket_id = -1
