-- One row: what of the repairs over the two newest snapshots a newer snapshot would end.
--
-- broken_off_plan_id: a plan whose live apply did not come to its end; null: none.
-- newest_plan_id: the newest plan that was applied live over them; null: none was.
-- open_repair_count: prepared repairs of the newest run that no live apply over them made.
with newest as (
  -- One row per source: its newest snapshot.
  select
    s.source as source,
    max(s.snapshot_id) as snapshot_id
  from snapshots as s
  group by s.source
),
live as (
  -- One row per live apply of a plan over these two.
  select
    t.attempt_id as attempt_id,
    t.plan_id as plan_id,
    t.state as state
  from apply_attempts as t
  cross join plans as p
  cross join runs as r
  where t.mode = 'live'
    and p.plan_id = t.plan_id
    and r.run_id = p.run_id
    and r.salesforce_snapshot_id in (select n.snapshot_id from newest as n)
    and r.zendesk_snapshot_id in (select n.snapshot_id from newest as n)
),
made as (
  -- One row per issue whose repair is made.
  select distinct
    c.issue_key as issue_key
  from live as l
  cross join receipts as c
  where c.attempt_id = l.attempt_id
    and c.outcome in ('applied', 'already_in_place')
)
select
  (
    select min(l.plan_id)
    from live as l
    where l.state = 'broken_off'
  ) as broken_off_plan_id,
  (
    select max(l.plan_id)
    from live as l
  ) as newest_plan_id,
  (
    select count(*)
    from latest_issues as i
    where i.disposition = 'prepared'
      and exists (
        select 1
        from live as l
      )
      and i.issue_key not in (select m.issue_key from made as m)
  ) as open_repair_count
