-- One row per organization of the list (?1, a JSON array) as of a Zendesk snapshot (?2): what tells it from the others.
--
-- domains is a JSON array. A count is null where the collection was not read; is_ticket_count_known is 0 where tickets
-- are missing. Deleted tickets do not count; open is whatever is not closed, as in organization_activity.
with wanted as (
  -- One row per organization of the list.
  select j.value as organization_id
  from json_each(?1) as j
),
member as (
  -- One row per organization with members.
  select
    m.organization_id as organization_id,
    count(*) as member_count
  from _membership_versions as m
  where m.organization_id in (
      select w.organization_id
      from wanted as w
    )
    and m.valid_from <= ?2
    and ?2 < m.valid_to
  group by m.organization_id
),
ticket as (
  -- One row per organization with tickets.
  select
    t.organization_id as organization_id,
    count(*) as ticket_count,
    sum(t.status <> 'closed') as open_ticket_count
  from _ticket_versions as t
  where t.organization_id in (
      select w.organization_id
      from wanted as w
    )
    and t.valid_from <= ?2
    and ?2 < t.valid_to
    and t.status <> 'deleted'
  group by t.organization_id
),
held as (
  -- One row per organization that holds a domain, its domains in order.
  select
    h.organization_id as organization_id,
    json_group_array(h.domain) as domains
  from (
    select
      v.organization_id as organization_id,
      d.domain as domain
    from wanted as w
    cross join _organization_domain_versions as v
    cross join _domains as d
    where v.organization_id = w.organization_id
      and v.valid_from <= ?2
      and ?2 < v.valid_to
      and d.domain_id = v.domain_id
    order by v.organization_id, d.domain
  ) as h
  group by h.organization_id
)
select
  o.organization_id as organization_id,
  o.name as organization_name,
  o.external_id as external_id,
  coalesce(h.domains, '[]') as domains,
  case when m.outcome in ('complete', 'bounded') then coalesce(b.member_count, 0) end as member_count,
  case when t.outcome in ('complete', 'bounded') then coalesce(k.ticket_count, 0) end as ticket_count,
  case when t.outcome in ('complete', 'bounded') then coalesce(k.open_ticket_count, 0) end as open_ticket_count,
  case when t.outcome = 'complete' then 1 else 0 end as is_ticket_count_known,
  o.created_at as created_at
from wanted as w
cross join _organization_versions as o
left join held as h
  on h.organization_id = o.organization_id
left join member as b
  on b.organization_id = o.organization_id
left join ticket as k
  on k.organization_id = o.organization_id
left join snapshot_collections as m
  on m.snapshot_id = ?2
  and m.collection = 'organization_memberships'
left join snapshot_collections as t
  on t.snapshot_id = ?2
  and t.collection = 'tickets'
where o.organization_id = w.organization_id
  and o.valid_from <= ?2
  and ?2 < o.valid_to
order by o.organization_id
