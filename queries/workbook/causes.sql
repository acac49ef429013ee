-- One row per record that issues of a run hang on, the one that most hang on first: the sheet Causes.
--
-- :run_id is the run. :owner is the owner whose accounts are wanted; null: everybody's, empty: those without one.
-- The counts are of everybody's issues in either case: the record is put right for all of them at once.
-- next_steps has a line for each thing to do, in the order of codes: what most issues need first.
with place as (
  -- One row: the run, its snapshots, the address of its Zendesk account.
  select
    r.run_id as run_id,
    r.salesforce_snapshot_id as salesforce_snapshot_id,
    r.zendesk_snapshot_id as zendesk_snapshot_id,
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
summed as (
  -- One row per record that issues of the run hang on, as in causes. The two JSON lists have an entry for each issue,
  -- null for one that is nobody's: how often an account or a code stands in them is how many issues it has.
  select
    h.cause_kind as cause_kind,
    h.cause_id as cause_id,
    count(*) as issue_count,
    count(distinct h.account_id) as account_count,
    count(distinct h.user_id) as user_count,
    count(distinct h.open_ticket_id) as open_ticket_count,
    min(h.code) as first_code,
    max(h.code) as last_code,
    json_group_array(h.code) as codes,
    min(h.account_id) as first_account_id,
    json_group_array(h.account_id) as account_ids
  from _issue_causes as h
  where h.run_id = :run_id
  group by h.cause_kind, h.cause_id
),
cause as materialized (
  -- One row per record that an issue of a wanted account hangs on, with its name and its codes by falling count.
  select
    s.cause_kind as cause_kind,
    s.cause_id as cause_id,
    case s.cause_kind
      when 'domain' then s.cause_id
      when 'account' then (
        select a.account_name
        from _account_versions as a
        where a.account_id = s.cause_id
          and a.valid_from <= p.salesforce_snapshot_id
          and p.salesforce_snapshot_id < a.valid_to
      )
      else (
        select o.name
        from _organization_versions as o
        where o.organization_id = cast(case when s.cause_kind = 'organization' then s.cause_id end as integer)
          and o.valid_from <= p.zendesk_snapshot_id
          and p.zendesk_snapshot_id < o.valid_to
      )
    end as cause_name,
    s.issue_count as issue_count,
    s.account_count as account_count,
    s.user_count as user_count,
    s.open_ticket_count as open_ticket_count,
    case
      when s.first_code = s.last_code then s.first_code
      else (
        select group_concat(c.code, ', ') over (
          order by c.code_count desc, c.code
          rows between unbounded preceding and unbounded following
        )
        from (
          select
            j.value as code,
            count(*) as code_count
          from json_each(s.codes) as j
          group by j.value
        ) as c
        limit 1
      )
    end as codes,
    s.first_account_id as first_account_id,
    s.account_ids as account_ids
  from place as p
  cross join summed as s
  where :owner is null
    or exists (
      select 1
      from json_each(s.account_ids) as j
      left join _account_versions as a
        on a.account_id = j.value
        and a.valid_from <= p.salesforce_snapshot_id
        and p.salesforce_snapshot_id < a.valid_to
      where coalesce(a.owner, '') = :owner
    )
),
advice as materialized (
  -- One row per list of codes, of which there are few: what to do about them.
  select
    g.codes as codes,
    (
      select group_concat(s.next_step, char(10)) over (
        order by s.place
        rows between unbounded preceding and unbounded following
      )
      from (
        select
          q.next_step as next_step,
          min(j.key) as place
        from json_each('["' || replace(g.codes, ', ', '","') || '"]') as j
        cross join run_coverage as k
        cross join rule_versions as q
        where k.run_id = :run_id
          and k.code = j.value
          and q.code = k.code
          and q.version = k.rule_version
          and q.next_step is not null
        group by q.next_step
      ) as s
      limit 1
    ) as next_steps
  from (
    select distinct c.codes as codes
    from cause as c
  ) as g
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
  case
    when c.account_count = 1 then (
      select case when trim(a.account_name) = '' then a.account_id else a.account_name end
      from _account_versions as a
      where a.account_id = c.first_account_id
        and a.valid_from <= p.salesforce_snapshot_id
        and p.salesforce_snapshot_id < a.valid_to
    )
    else (
      -- The accounts that most of its issues are of.
      select
        max(case when n.place = 1 then n.account_name end)
        || coalesce(', ' || max(case when n.place = 2 then n.account_name end), '')
        || coalesce(', ' || max(case when n.place = 3 then n.account_name end), '')
        || case when count(*) > 3 then ' and ' || cast(count(*) - 3 as text) || ' more' else '' end
      from (
        select
          case when trim(a.account_name) = '' then a.account_id else a.account_name end as account_name,
          row_number() over (order by count(*) desc, a.account_id) as place
        from json_each(c.account_ids) as j
        cross join _account_versions as a
        where a.account_id = j.value
          and a.valid_from <= p.salesforce_snapshot_id
          and p.salesforce_snapshot_id < a.valid_to
        group by a.account_id, a.account_name
      ) as n
    )
  end as account_names,
  c.account_count as account_count,
  c.user_count as user_count,
  c.open_ticket_count as open_ticket_count,
  c.codes as codes,
  d.next_steps as next_steps
from place as p
cross join cause as c
cross join advice as d
where d.codes = c.codes
order by c.issue_count desc, c.user_count desc, c.open_ticket_count desc, c.cause_kind, c.cause_id
