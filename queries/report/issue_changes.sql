-- One row per issue key that differs between a run and the latest earlier run that evaluated its code.
--
-- not_comparable: the code was not evaluated, or the ticket left or entered what was read.
-- is_rule_changed: 1 if something other than the records may be the cause for this very issue.
with boundary as (
  -- One row per version that starts at a run and is more than new counts. Versions that an older orgdrift
  -- wrote bear no mark, so their hashes are compared as well.
  select
    k.run_id as run_id,
    k.previous_run_id as previous_run_id,
    v.issue_key as issue_key,
    case
      when p.issue_key is not null then 'changed'
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
      when f.bound_since is not null and exists (
        select 1
        from _ticket_versions as t
        where t.ticket_id = v.ticket_id
          and t.created_at < f.bound_since
      ) then 'not_comparable'
      when v.ticket_id is not null and exists (
        -- The ticket was there and archived, which the list of the earlier run left out.
        select 1
        from runs as r
        cross join snapshot_collections as sc
        cross join snapshots as s
        cross join _ticket_versions as t
        where r.run_id = k.previous_run_id
          and sc.snapshot_id = r.zendesk_snapshot_id
          and sc.collection = 'tickets'
          and sc.reason = 'archived_not_listed'
          and s.snapshot_id = sc.snapshot_id
          and t.ticket_id = v.ticket_id
          and t.created_at < s.taken_at
          and not exists (
            select 1
            from _ticket_versions as e
            where e.ticket_id = v.ticket_id
              and e.valid_from <= s.snapshot_id
          )
      ) then 'not_comparable'
      when exists (
        select 1
        from _issue_versions as e
        where e.issue_key = v.issue_key
          and e.valid_to < v.valid_from
      ) then 'reopened'
      else 'new'
    end as change,
    case
      when f.rule_version <> k.rule_version then 1
      when p.issue_key is not null
        and (p.suppressed_by <> v.suppressed_by or (p.suppressed_by is null) <> (v.suppressed_by is null)) then 1
      else 0
    end as is_own_rule_changed
  from run_coverage as k
  cross join run_coverage as f
  cross join _issue_versions as v
  left join _issue_versions as p
    on p.issue_key = v.issue_key
    and p.valid_to = v.valid_from
  where k.is_evaluated = 1
    and k.family = 'drift'
    and f.run_id = k.previous_run_id
    and f.code = k.code
    and v.valid_from = k.run_id
    and v.code = k.code
    and v.is_same = 0
    and (p.issue_key is null or p.hash_high <> v.hash_high or p.hash_low <> v.hash_low)
  union all
  select
    v.valid_to as run_id,
    k.previous_run_id as previous_run_id,
    v.issue_key as issue_key,
    case when v.close_reason is null then 'resolved' else 'not_comparable' end as change,
    case when f.rule_version <> k.rule_version then 1 else 0 end as is_own_rule_changed
  from _issue_versions as v
  cross join run_coverage as k
  cross join run_coverage as f
  where v.valid_to < 9223372036854775807
    and k.run_id = v.valid_to
    and k.code = v.code
    and k.is_evaluated = 1
    and k.family = 'drift'
    and f.run_id = k.previous_run_id
    and f.code = k.code
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
    'not_comparable' as change,
    case when f.rule_version <> k.rule_version then 1 else 0 end as is_own_rule_changed
  from run_coverage as k
  cross join run_coverage as f
  cross join _issue_versions as v
  where k.is_evaluated = 0
    and k.family = 'drift'
    and f.run_id = k.previous_run_id
    and f.code = k.code
    and v.code = k.code
    and v.valid_from <= k.run_id
    and k.run_id < v.valid_to
)
select
  b.previous_run_id as previous_run_id,
  b.run_id as run_id,
  b.issue_key as issue_key,
  cast(b.change as text) as change,
  cast(case when b.is_own_rule_changed = 1 then 1 else r.is_rule_changed end as bigint) as is_rule_changed
from boundary as b
cross join _run_pairs as r
where r.old_run_id = b.previous_run_id
  and r.new_run_id = b.run_id
