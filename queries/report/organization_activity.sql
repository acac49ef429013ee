-- One row per organization of a run: how many members and tickets it has.
--
-- A count is null where the collection was not read. is_ticket_count_known is 0 where tickets are missing, such as
-- closed ones of before a bound.
with part as (
  -- One row per organization, per membership and per ticket.
  select
    r.run_id as run_id,
    o.organization_id as organization_id,
    0 as member_count,
    0 as ticket_count,
    0 as open_ticket_count
  from runs as r
  cross join _organization_versions as o
  where o.valid_from <= r.zendesk_snapshot_id
    and r.zendesk_snapshot_id < o.valid_to
  union all
  select
    r.run_id as run_id,
    m.organization_id as organization_id,
    1 as member_count,
    0 as ticket_count,
    0 as open_ticket_count
  from runs as r
  cross join _membership_versions as m
  where m.valid_from <= r.zendesk_snapshot_id
    and r.zendesk_snapshot_id < m.valid_to
  union all
  select
    r.run_id as run_id,
    t.organization_id as organization_id,
    0 as member_count,
    1 as ticket_count,
    case when t.status = 'closed' then 0 else 1 end as open_ticket_count
  from runs as r
  cross join _ticket_versions as t
  where t.valid_from <= r.zendesk_snapshot_id
    and r.zendesk_snapshot_id < t.valid_to
    and t.status <> 'deleted'
    and t.organization_id is not null
),
summed as (
  -- One row per organization of a run.
  select
    p.run_id as run_id,
    p.organization_id as organization_id,
    sum(p.member_count) as member_count,
    sum(p.ticket_count) as ticket_count,
    sum(p.open_ticket_count) as open_ticket_count
  from part as p
  group by p.run_id, p.organization_id
)
select
  s.run_id as run_id,
  s.organization_id as organization_id,
  cast(case when m.outcome in ('complete', 'bounded') then s.member_count end as bigint) as member_count,
  cast(case when t.outcome in ('complete', 'bounded') then s.ticket_count end as bigint) as ticket_count,
  cast(case when t.outcome in ('complete', 'bounded') then s.open_ticket_count end as bigint) as open_ticket_count,
  cast(case when t.outcome = 'complete' then 1 else 0 end as bigint) as is_ticket_count_known
from summed as s
cross join runs as r
left join snapshot_collections as m
  on m.snapshot_id = r.zendesk_snapshot_id
  and m.collection = 'organization_memberships'
left join snapshot_collections as t
  on t.snapshot_id = r.zendesk_snapshot_id
  and t.collection = 'tickets'
where r.run_id = s.run_id
