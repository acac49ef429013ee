-- One row per record that issues and hygiene findings of a run hang on: what would vanish if it were put right.
--
-- Suppressed ones do not count. Users and open tickets are counted where they are the subject; open is whatever is
-- neither closed nor deleted. Where a run is named by its number, issues of other runs are not looked at: SQLite takes
-- such a condition through windows and into the next select that groups, but not through that into another one.
with summed as (
  -- One row per record of a run, with the code of each of its issues, in any order.
  select
    h.run_id as run_id,
    h.cause_kind as cause_kind,
    h.cause_id as cause_id,
    count(*) as issue_count,
    count(distinct h.account_id) as account_count,
    count(distinct h.user_id) as user_count,
    count(distinct h.open_ticket_id) as open_ticket_count,
    group_concat('<' || h.code || '>', '') as codes
  from _issue_causes as h
  group by h.run_id, h.cause_kind, h.cause_id
),
coded as (
  -- One row per record of a run and code, with how often it stands behind the record: by how much the list of codes
  -- grows with a dot behind each of its entries.
  select
    s.run_id as run_id,
    s.cause_kind as cause_kind,
    s.cause_id as cause_id,
    s.issue_count as issue_count,
    s.account_count as account_count,
    s.user_count as user_count,
    s.open_ticket_count as open_ticket_count,
    k.code as code,
    length(replace(s.codes, '<' || k.code || '>', '<' || k.code || '>.')) - length(s.codes) as code_count
  from summed as s
  cross join run_coverage as k
  where k.run_id = s.run_id
    and instr(s.codes, '<' || k.code || '>') > 0
),
placed as (
  -- The same, with the place of its code, and the codes from there on. No record has more codes than ten.
  select
    c.run_id as run_id,
    c.cause_kind as cause_kind,
    c.cause_id as cause_id,
    c.issue_count as issue_count,
    c.account_count as account_count,
    c.user_count as user_count,
    c.open_ticket_count as open_ticket_count,
    row_number() over falling as place,
    c.code
    || coalesce(', ' || lead(c.code, 1) over falling, '')
    || coalesce(', ' || lead(c.code, 2) over falling, '')
    || coalesce(', ' || lead(c.code, 3) over falling, '')
    || coalesce(', ' || lead(c.code, 4) over falling, '')
    || coalesce(', ' || lead(c.code, 5) over falling, '')
    || coalesce(', ' || lead(c.code, 6) over falling, '')
    || coalesce(', ' || lead(c.code, 7) over falling, '')
    || coalesce(', ' || lead(c.code, 8) over falling, '')
    || coalesce(', ' || lead(c.code, 9) over falling, '') as codes
  from coded as c
  window falling as (partition by c.run_id, c.cause_kind, c.cause_id order by c.code_count desc, c.code)
)
select
  p.run_id as run_id,
  cast(p.cause_kind as text) as cause_kind,
  cast(p.cause_id as text) as cause_id,
  cast(
    case p.cause_kind
      when 'domain' then p.cause_id
      when 'account' then (
        select a.account_name
        from runs as r
        cross join _account_versions as a
        where r.run_id = p.run_id
          and a.account_id = p.cause_id
          and a.valid_from <= r.salesforce_snapshot_id
          and r.salesforce_snapshot_id < a.valid_to
      )
      else (
        select o.name
        from runs as r
        cross join _organization_versions as o
        where r.run_id = p.run_id
          and o.organization_id = cast(case when p.cause_kind = 'organization' then p.cause_id end as bigint)
          and o.valid_from <= r.zendesk_snapshot_id
          and r.zendesk_snapshot_id < o.valid_to
      )
    end as text
  ) as cause_name,
  cast(p.issue_count as bigint) as issue_count,
  cast(p.account_count as bigint) as account_count,
  cast(p.user_count as bigint) as user_count,
  cast(p.open_ticket_count as bigint) as open_ticket_count,
  cast(p.codes as text) as codes
from placed as p
where p.place = 1
