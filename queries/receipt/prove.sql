-- One row per repair of a plan: what the newest run says about its issue, of those runs whose snapshot was begun
-- after :after, the last second of the apply.
with
  -- One row per later run and code that it evaluated.
  observation as (
    select
      r.run_id as run_id,
      k.code as code
    from snapshots as s
    cross join runs as r
    cross join run_coverage as k
    where s.source = 'zendesk'
      and s.taken_at > :after
      and r.zendesk_snapshot_id = s.snapshot_id
      and k.run_id = r.run_id
      and k.is_evaluated = 1
  ),
  -- One row per repair and later run that evaluated its code.
  sighting as (
    select
      a.position as position,
      o.run_id as run_id,
      exists (
        select 1
        from _issue_versions as v
        where v.issue_key = a.issue_key
          and v.valid_from <= o.run_id
          and o.run_id < v.valid_to
      ) as is_there
    from plan_actions as a
    cross join observation as o
    where a.plan_id = :plan_id
      and a.status = 'planned'
      and o.code = a.code
  ),
  -- One row per repair that was observed.
  observed as (
    select
      s.position as position,
      max(s.run_id) as run_id,
      max(case when s.is_there = 0 then s.run_id end) as absent_run_id
    from sighting as s
    group by s.position
  )
select
  a.position as no,
  a.action as action,
  s.account_name as account,
  case
    when a.user_id is null then coalesce(g.name, 'organization ' || a.organization_id)
    else coalesce(u.email, 'user ' || a.user_id)
  end as record,
  a.issue_key as issue_key,
  e.outcome as outcome,
  case
    when o.run_id is null then 'not_yet_observed'
    when o.absent_run_id = o.run_id then 'resolved'
    when o.absent_run_id is not null then 'returned'
    else 'still_open'
  end as verdict,
  o.run_id as run_id,
  p.source_identity as source_identity
from plan_actions as a
left join _plans as p
  on p.plan_id = a.plan_id
left join runs as n
  on n.run_id = p.run_id
left join _account_versions as s
  on s.account_id = a.account_id
  and s.valid_from <= n.salesforce_snapshot_id
  and n.salesforce_snapshot_id < s.valid_to
left join _organization_versions as g
  on g.organization_id = a.organization_id
  and g.valid_from <= n.zendesk_snapshot_id
  and n.zendesk_snapshot_id < g.valid_to
left join _user_versions as u
  on u.user_id = a.user_id
  and u.valid_from <= n.zendesk_snapshot_id
  and n.zendesk_snapshot_id < u.valid_to
left join observed as o
  on o.position = a.position
left join apply_events as e
  on e.plan_id = a.plan_id
  and e.position = a.position
  and e.mode = 'live'
  and e.kind = 'outcome'
where a.plan_id = :plan_id
  and a.status = 'planned'
order by a.position
