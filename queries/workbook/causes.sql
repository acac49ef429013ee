-- One row per record that issues of a run hang on, the one that most hang on first: the sheet Causes.
--
-- :run_id is the run. :owner is the owner whose accounts are wanted; null: everybody's, empty: those without one.
-- The counts are of everybody's issues in either case: the record is put right for all of them at once.
with place as (
  -- One row: the run, its snapshots, the address of its Zendesk account.
  select
    r.run_id as run_id,
    'https://'
    || case
      when instr(z.source_identity, '/') > 0 then
        substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
      else z.source_identity
    end
    || '.zendesk.com/agent/' as agent_url
  from runs as r
  cross join snapshots as z
  where r.run_id = :run_id
    and z.snapshot_id = r.zendesk_snapshot_id
),
finding as (
  -- One row per issue or finding that hangs on a record: whose account it is. With a type, what is joined by these
  -- columns is looked up; without one, SQLite passes it once for each record.
  select
    cast(h.cause_kind as text) as cause_kind,
    cast(h.cause_id as text) as cause_id,
    h.account_id as account_id,
    a.account_name as account_name,
    coalesce(a.owner, '') as owner
  from runs as r
  cross join _issue_causes as h
  left join _account_versions as a
    on a.account_id = h.account_id
    and a.valid_from <= r.salesforce_snapshot_id
    and r.salesforce_snapshot_id < a.valid_to
  where r.run_id = :run_id
    and h.run_id = :run_id
),
customer as (
  -- One row per record and account, with its place among the accounts of the record by falling count.
  select
    f.cause_kind as cause_kind,
    f.cause_id as cause_id,
    case when trim(f.account_name) = '' then f.account_id else f.account_name end as account_name,
    row_number() over (
      partition by f.cause_kind, f.cause_id
      order by count(*) desc, f.account_id
    ) as place
  from finding as f
  where f.account_name is not null
  group by f.cause_kind, f.cause_id, f.account_id, f.account_name
),
named as (
  -- One row per record: the accounts that most of its issues are of.
  select
    n.cause_kind as cause_kind,
    n.cause_id as cause_id,
    max(case when n.place = 1 then n.account_name end)
    || coalesce(', ' || max(case when n.place = 2 then n.account_name end), '')
    || coalesce(', ' || max(case when n.place = 3 then n.account_name end), '')
    || case when count(*) > 3 then ' and ' || cast(count(*) - 3 as text) || ' more' else '' end as account_names
  from customer as n
  group by n.cause_kind, n.cause_id
),
wanted as (
  -- One row per record that an issue of a wanted account hangs on.
  select distinct
    f.cause_kind as cause_kind,
    f.cause_id as cause_id
  from finding as f
  where :owner is null
    or f.owner = :owner
)
select
  row_number() over (
    order by c.issue_count desc, c.user_count desc, c.open_ticket_count desc, c.cause_kind, c.cause_id
  ) as place,
  c.cause_kind as cause_kind,
  c.cause_name as cause_name,
  c.cause_id as cause_id,
  case
    when c.cause_kind = 'organization' then p.agent_url || 'organizations/' || c.cause_id
  end as cause_url,
  c.issue_count as issue_count,
  cast(
    100 * sum(c.issue_count) over (
      order by c.issue_count desc, c.user_count desc, c.open_ticket_count desc, c.cause_kind, c.cause_id
      rows unbounded preceding
    ) / sum(c.issue_count) over () as integer
  ) as cumulative_percent,
  n.account_names as account_names,
  c.account_count as account_count,
  c.user_count as user_count,
  c.open_ticket_count as open_ticket_count,
  c.codes as codes,
  (
    select q.next_step
    from run_coverage as k
    cross join rule_versions as q
    where k.run_id = p.run_id
      and k.code = substr(c.codes, 1, instr(c.codes || ',', ',') - 1)
      and q.code = k.code
      and q.version = k.rule_version
  ) as next_step
from place as p
cross join causes as c
left join named as n
  on n.cause_kind = c.cause_kind
  and n.cause_id = c.cause_id
where c.run_id = :run_id
  and (c.cause_kind, c.cause_id) in (
    select
      w.cause_kind,
      w.cause_id
    from wanted as w
  )
order by c.issue_count desc, c.user_count desc, c.open_ticket_count desc, c.cause_kind, c.cause_id
