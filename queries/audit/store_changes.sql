-- Keeps what a run changed: one row per issue key that differs from the latest earlier run that evaluated its code.
--
-- First the versions that start at the run and are more than new counts; versions that an older orgdrift wrote bear no
-- mark, so their hashes are compared as well. Then the versions that end at it. Issues of a code that the run did not
-- evaluate are not stored: the view issue_changes finds them.
insert into _issue_changes (run_id, previous_run_id, issue_key, change, is_own_rule_changed)
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
where k.run_id = :run_id
  and k.is_evaluated = 1
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
where v.valid_to = :run_id
  and v.valid_to < 9223372036854775807
  and k.run_id = :run_id
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
