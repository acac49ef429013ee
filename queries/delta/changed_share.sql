-- One row: how many versions of users, memberships and tickets began since the run before, and how many records the
-- snapshot of the new run holds.
with bounds as (
  -- One row: the Zendesk snapshots of both runs.
  select
    r.zendesk_snapshot_id as old_zendesk_snapshot_id,
    c.zendesk_snapshot_id as zendesk_snapshot_id
  from _run_context as c
  cross join runs as r
  where r.run_id = :earlier_run_id
)
select
  (
    select count(*)
    from _user_versions as u
    where u.valid_from > b.old_zendesk_snapshot_id
      and u.valid_from > 2
      and u.valid_from <= b.zendesk_snapshot_id
  )
  + (
    select count(*)
    from _membership_versions as m
    where m.valid_from > b.old_zendesk_snapshot_id
      and m.valid_from > 2
      and m.valid_from <= b.zendesk_snapshot_id
  )
  + (
    select count(*)
    from _ticket_versions as t
    where t.valid_from > b.old_zendesk_snapshot_id
      and t.valid_from > 2
      and t.valid_from <= b.zendesk_snapshot_id
  ) as begun_count,
  (
    select coalesce(sum(k.row_count), 0)
    from snapshot_collections as k
    where k.snapshot_id = b.zendesk_snapshot_id
      and k.collection in ('users', 'organization_memberships', 'tickets')
  ) as record_count
from bounds as b
