-- What each run changed, stored by the run that makes it.

-- Issue keys that differ from the latest earlier run that evaluated the code. Issues of a code that the run did not
-- evaluate have no row.
create table _issue_changes (
  run_id              integer not null references runs (run_id),
  issue_key           text not null,
  previous_run_id     integer not null,
  change              text not null check (change in ('new', 'changed', 'resolved', 'reopened', 'not_comparable')),
  -- 1 if the version of its rule or a suppression may be the cause.
  is_own_rule_changed integer not null check (is_own_rule_changed in (0, 1)),
  primary key (run_id, issue_key)
) strict, without rowid;

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
  );

pragma user_version = 13;
