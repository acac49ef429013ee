-- One row per issue key that differs between a run and the latest earlier run that evaluated its code.
--
-- not_comparable: the code was not evaluated, or the ticket left or entered the window that was read.
with boundary as (
  -- One row per version that starts at a run.
  select
    k.run_id as run_id,
    k.previous_run_id as previous_run_id,
    v.issue_key as issue_key,
    v.rule_version as rule_version,
    case
      when p.issue_key is not null then case
        when p.hash_high = v.hash_high and p.hash_low = v.hash_low then 'same'
        else 'changed'
      end
      when exists (
        select 1
        from _issue_versions as e
        where e.issue_key = v.issue_key
          and e.valid_to < v.valid_from
          and e.close_reason is not null
          and not exists (
            select 1
            from _issue_versions as g
            where g.issue_key = v.issue_key
              and g.valid_from > e.valid_from
              and g.valid_from < v.valid_from
          )
      ) then 'not_comparable'
      when exists (
        select 1
        from _issue_versions as e
        where e.issue_key = v.issue_key
          and e.valid_to < v.valid_from
      ) then 'reopened'
      else 'new'
    end as change
  from run_coverage as k
  cross join _issue_versions as v
  left join _issue_versions as p
    on p.issue_key = v.issue_key
    and p.valid_to = v.valid_from
  where k.previous_run_id is not null
    and k.is_evaluated = 1
    and k.family = 'drift'
    and v.valid_from = k.run_id
    and v.code = k.code
  union all
  select
    k.run_id as run_id,
    k.previous_run_id as previous_run_id,
    v.issue_key as issue_key,
    v.rule_version as rule_version,
    case when v.close_reason is null then 'resolved' else 'not_comparable' end as change
  from run_coverage as k
  cross join _issue_versions as v
  where k.previous_run_id is not null
    and k.is_evaluated = 1
    and k.family = 'drift'
    and v.valid_to = k.run_id
    and v.valid_to < 9223372036854775807
    and v.code = k.code
    and not exists (
      select 1
      from _issue_versions as n
      where n.issue_key = v.issue_key
        and n.valid_from = v.valid_to
    )
  union all
  select
    k.run_id as run_id,
    k.previous_run_id as previous_run_id,
    v.issue_key as issue_key,
    v.rule_version as rule_version,
    'not_comparable' as change
  from run_coverage as k
  cross join _issue_versions as v
  where k.previous_run_id is not null
    and k.is_evaluated = 0
    and k.family = 'drift'
    and v.code = k.code
    and v.valid_from <= k.run_id
    and k.run_id < v.valid_to
)
select
  b.previous_run_id as previous_run_id,
  b.run_id as run_id,
  b.issue_key as issue_key,
  b.change as change,
  case when o.rule_set_digest is distinct from n.rule_set_digest then 1 else 0 end as is_rule_changed
from boundary as b
cross join runs as o
cross join runs as n
where b.change <> 'same'
  and o.run_id = b.previous_run_id
  and n.run_id = b.run_id
