-- One row per thing that made runs differ besides the records: repairs that were made before a run, rules that changed
-- with it.
--
-- run_id is the first run that shows it. :run_id is the run up to which.
with ruled as (
  -- One row per run: what it was made under, and the run before it.
  select
    r.run_id as run_id,
    r.rules_digest as rules_digest,
    r.options as options,
    r.rule_set_digest as rule_set_digest,
    lag(r.rules_digest) over (order by r.run_id) as earlier_rules_digest,
    lag(r.options) over (order by r.run_id) as earlier_options,
    lag(r.rule_set_digest) over (order by r.run_id) as earlier_rule_set_digest
  from runs as r
  where r.run_id <= :run_id
),
repaired as (
  -- One row per live apply: how many repairs it made, and the first run of records that were read after it.
  select
    t.attempt_id as attempt_id,
    t.plan_id as plan_id,
    (
      select count(*)
      from receipts as c
      where c.attempt_id = t.attempt_id
        and c.outcome = 'applied'
    ) as applied_count,
    (
      select min(r.run_id)
      from runs as r
      cross join snapshots as z
      where z.snapshot_id = r.zendesk_snapshot_id
        and z.taken_at > coalesce(t.ended_at, t.started_at)
        and r.run_id <= :run_id
    ) as run_id
  from apply_attempts as t
  where t.mode = 'live'
)
select
  p.run_id as run_id,
  'repairs' as kind,
  'plan ' || p.plan_id || ' repaired ' || p.applied_count as said
from repaired as p
where p.run_id is not null
  and p.applied_count > 0
union all
select
  u.run_id as run_id,
  'rules' as kind,
  case
    when u.rules_digest <> u.earlier_rules_digest then 'rules changed'
    when u.options <> u.earlier_options then 'settings changed'
    else 'suppressions, decisions or lists of domains changed'
  end as said
from ruled as u
where u.rule_set_digest <> u.earlier_rule_set_digest
order by 1, 2, 3
