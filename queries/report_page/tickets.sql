-- One row per month: how many of the tickets that were created in it are filed under a wrong organization or none.
--
-- Of the twelve months before the records were read. A ticket counts as misfiled if an unsuppressed issue of the run is
-- about it. No row where a ticket code was not evaluated. :run_id is the run.
with month as (
  -- One row per month with tickets: all that were read.
  select
    substr(t.created_at, 1, 7) as month,
    count(*) as ticket_count
  from runs as r
  cross join snapshots as z
  cross join zendesk_tickets as t
  where r.run_id = :run_id
    and z.snapshot_id = r.zendesk_snapshot_id
    and t.snapshot_id = r.zendesk_snapshot_id
    and t.status <> 'deleted'
    and t.created_at >= date(z.taken_at, 'start of month', '-11 months')
    and not exists (
      select 1
      from run_coverage as k
      where k.run_id = r.run_id
        and k.code in ('ticket_missing_org', 'ticket_org_mismatch')
        and k.is_evaluated = 0
    )
  group by substr(t.created_at, 1, 7)
),
misfiled as (
  -- One row per month: the tickets of issues.
  select
    substr(t.created_at, 1, 7) as month,
    count(distinct i.ticket_id) as misfiled_count
  from runs as r
  cross join issues as i
  cross join zendesk_tickets as t
  where r.run_id = :run_id
    and i.run_id = r.run_id
    and i.layer = 'ticket'
    and i.disposition <> 'suppressed'
    and t.ticket_id = i.ticket_id
    and t.snapshot_id = r.zendesk_snapshot_id
  group by substr(t.created_at, 1, 7)
)
select
  m.month as month,
  m.ticket_count as ticket_count,
  coalesce(f.misfiled_count, 0) as misfiled_count
from month as m
left join misfiled as f
  on f.month = m.month
order by m.month
