-- Share of tickets that are filed under the wrong organization, by month, brand and channel.
--
-- question: Does the share of misfiled tickets fall, and where do they come from?
-- columns:
--   month: month in which the tickets were created
--   brand_id: Zendesk brand
--   via_channel: channel by which they came
--   ticket_count: tickets that were read and are not deleted
--   misfiled_count: those with an issue in the newest run
--   misfiled_percent: share of these, in per cent
with misfiled as (
  -- One row per ticket with an issue.
  select distinct i.ticket_id as ticket_id
  from latest_issues as i
  where i.layer = 'ticket'
),
wrong as (
  -- One row per month, brand and channel: its tickets with an issue.
  select
    substr(t.created_at, 1, 7) as month,
    t.brand_id as brand_id,
    t.via_channel as via_channel,
    count(*) as misfiled_count
  from misfiled as m
  join latest_zendesk_tickets as t
    on t.ticket_id = m.ticket_id
  where t.status <> 'deleted'
  group by substr(t.created_at, 1, 7), t.brand_id, t.via_channel
),
read as (
  -- One row per month, brand and channel: all of its tickets.
  select
    substr(t.created_at, 1, 7) as month,
    t.brand_id as brand_id,
    t.via_channel as via_channel,
    count(*) as ticket_count
  from latest_zendesk_tickets as t
  where t.status <> 'deleted'
  group by substr(t.created_at, 1, 7), t.brand_id, t.via_channel
)
select
  r.month as month,
  r.brand_id as brand_id,
  r.via_channel as via_channel,
  r.ticket_count as ticket_count,
  cast(coalesce(w.misfiled_count, 0) as bigint) as misfiled_count,
  round(100.0 * coalesce(w.misfiled_count, 0) / r.ticket_count, 1) as misfiled_percent
from read as r
left join wrong as w
  on w.month = r.month
  and coalesce(w.brand_id, -1) = coalesce(r.brand_id, -1)
  and coalesce(w.via_channel, '') = coalesce(r.via_channel, '')
order by r.month, r.brand_id, r.via_channel
