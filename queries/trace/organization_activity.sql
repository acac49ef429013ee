-- One row: how many memberships, tickets and open tickets an organization (?1) has as of a Zendesk
-- snapshot (?2). Deleted tickets do not count.
select
  (
    select count(*)
    from _membership_versions as m
    where m.organization_id = ?1
      and m.valid_from <= ?2
      and ?2 < m.valid_to
  ) as member_count,
  count(*) as ticket_count,
  coalesce(sum(t.status in ('new', 'open', 'pending', 'hold')), 0) as open_ticket_count
from _ticket_versions as t
where t.organization_id = ?1
  and t.valid_from <= ?2
  and ?2 < t.valid_to
  and t.status <> 'deleted'
