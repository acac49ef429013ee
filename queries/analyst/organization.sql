-- One row per Zendesk organization that was ever read, as it was last read.
--
-- key: organization_id
-- label: name
-- columns:
--   organization_id text: Zendesk id
--   name text: its name
--   external_id_kind text: what its external_id is: blank, account_id, other or undecided (not read)
--   external_account_id text: the account that its external_id names, 18 characters; null: none
--   shares_tickets integer: 1 if its members see its tickets or may comment them; null: not read
--   created_at datetime: when Zendesk created it, UTC
--   is_gone integer: 1 if the newest snapshot does not hold it, else 0
--   member_count integer: members in the newest run; null: not read
--   ticket_count integer: tickets that were read and are filed under it; null: not read
--   open_ticket_count integer: those that are not closed
with newest as (
  -- One row: the newest Zendesk snapshot.
  select max(s.snapshot_id) as snapshot_id
  from snapshots as s
  where s.source = 'zendesk'
),
activity as (
  -- One row per organization of the newest run.
  select
    a.organization_id as organization_id,
    a.member_count as member_count,
    a.ticket_count as ticket_count,
    a.open_ticket_count as open_ticket_count
  from organization_activity as a
  where a.run_id = (select max(r.run_id) from runs as r)
),
last as (
  -- One row per organization: its last version.
  select
    v.organization_id as organization_id,
    max(v.valid_from) as valid_from
  from _organization_versions as v
  group by v.organization_id
)
select
  cast(o.organization_id as text) as organization_id,
  o.name as name,
  case
    when o.undecided_fields like '%external_id%' then 'undecided'
    when o.external_account_id is not null then 'account_id'
    when o.external_id_key is null then 'blank'
    else 'other'
  end as external_id_kind,
  o.external_account_id as external_account_id,
  case
    when o.is_shared_tickets = 1 or o.is_shared_comments = 1 then 1
    when o.is_shared_tickets = 0 and o.is_shared_comments = 0 then 0
  end as shares_tickets,
  o.created_at as created_at,
  case when o.valid_to = 9223372036854775807 then 0 else 1 end as is_gone,
  a.member_count as member_count,
  a.ticket_count as ticket_count,
  a.open_ticket_count as open_ticket_count
from newest as n
cross join last as l
cross join _organization_versions as o
left join activity as a
  on a.organization_id = o.organization_id
where o.organization_id = l.organization_id
  and o.valid_from = l.valid_from
  and o.valid_from <= n.snapshot_id
order by o.organization_id
