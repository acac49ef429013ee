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
)
select
  substr(t.created_at, 1, 7) as month,
  t.brand_id as brand_id,
  t.via_channel as via_channel,
  count(*) as ticket_count,
  count(m.ticket_id) as misfiled_count,
  round(100.0 * count(m.ticket_id) / count(*), 1) as misfiled_percent
from latest_zendesk_tickets as t
left join misfiled as m
  on m.ticket_id = t.ticket_id
where t.status <> 'deleted'
group by substr(t.created_at, 1, 7), t.brand_id, t.via_channel
order by month, t.brand_id, t.via_channel
