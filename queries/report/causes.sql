-- One row per record that issues and hygiene findings of a run hang on: what would vanish if it were put right.
--
-- Suppressed ones do not count. Users and open tickets are counted where they are the subject; open is whatever is
-- neither closed nor deleted.
with counted as (
  -- The same, with how often its code stands behind the record.
  select
    h.run_id as run_id,
    h.cause_kind as cause_kind,
    h.cause_id as cause_id,
    h.code as code,
    h.account_id as account_id,
    h.user_id as user_id,
    h.open_ticket_id as open_ticket_id,
    count(*) over (partition by h.run_id, h.cause_kind, h.cause_id, h.code) as code_count
  from _issue_causes as h
),
placed as (
  -- The same, with the place of its code.
  select
    n.run_id as run_id,
    n.cause_kind as cause_kind,
    n.cause_id as cause_id,
    n.code as code,
    n.account_id as account_id,
    n.user_id as user_id,
    n.open_ticket_id as open_ticket_id,
    dense_rank() over (
      partition by n.run_id, n.cause_kind, n.cause_id
      order by n.code_count desc, n.code
    ) as place
  from counted as n
),
summed as (
  -- One row per record of a run. No record has more codes than ten.
  select
    p.run_id as run_id,
    p.cause_kind as cause_kind,
    p.cause_id as cause_id,
    count(*) as issue_count,
    count(distinct p.account_id) as account_count,
    count(distinct p.user_id) as user_count,
    count(distinct p.open_ticket_id) as open_ticket_count,
    max(case when p.place = 1 then p.code end)
    || coalesce(', ' || max(case when p.place = 2 then p.code end), '')
    || coalesce(', ' || max(case when p.place = 3 then p.code end), '')
    || coalesce(', ' || max(case when p.place = 4 then p.code end), '')
    || coalesce(', ' || max(case when p.place = 5 then p.code end), '')
    || coalesce(', ' || max(case when p.place = 6 then p.code end), '')
    || coalesce(', ' || max(case when p.place = 7 then p.code end), '')
    || coalesce(', ' || max(case when p.place = 8 then p.code end), '')
    || coalesce(', ' || max(case when p.place = 9 then p.code end), '')
    || coalesce(', ' || max(case when p.place = 10 then p.code end), '') as codes
  from placed as p
  group by p.run_id, p.cause_kind, p.cause_id
)
select
  s.run_id as run_id,
  cast(s.cause_kind as text) as cause_kind,
  cast(s.cause_id as text) as cause_id,
  cast(
    case s.cause_kind
      when 'domain' then s.cause_id
      when 'account' then (
        select a.account_name
        from runs as r
        cross join _account_versions as a
        where r.run_id = s.run_id
          and a.account_id = s.cause_id
          and a.valid_from <= r.salesforce_snapshot_id
          and r.salesforce_snapshot_id < a.valid_to
      )
      else (
        select o.name
        from runs as r
        cross join _organization_versions as o
        where r.run_id = s.run_id
          and o.organization_id = cast(case when s.cause_kind = 'organization' then s.cause_id end as bigint)
          and o.valid_from <= r.zendesk_snapshot_id
          and r.zendesk_snapshot_id < o.valid_to
      )
    end as text
  ) as cause_name,
  cast(s.issue_count as bigint) as issue_count,
  cast(s.account_count as bigint) as account_count,
  cast(s.user_count as bigint) as user_count,
  cast(s.open_ticket_count as bigint) as open_ticket_count,
  cast(s.codes as text) as codes
from summed as s
