-- One row per row of a plan that is not what the text says which the plan's hash is over.
--
-- Of what is not planned that text has the issue, the repair and the reason.
with
  -- One row: the text.
  plan as (
    select
      p.canonical as canonical,
      json_array_length(p.canonical, '$.actions') as action_count,
      json_array_length(p.canonical, '$.deferred') as deferred_count
    from _plans as p
    where p.plan_id = :plan_id
  ),
  -- One row per row of the plan, as the text has it.
  said as (
    select
      j.key + 1 as position,
      'planned' as status,
      j.value as value
    from plan as p
    cross join json_each(p.canonical, '$.actions') as j
    union all
    select
      p.action_count + j.key + 1 as position,
      'deferred' as status,
      j.value as value
    from plan as p
    cross join json_each(p.canonical, '$.deferred') as j
    union all
    select
      p.action_count + p.deferred_count + j.key + 1 as position,
      'refused' as status,
      j.value as value
    from plan as p
    cross join json_each(p.canonical, '$.refusals') as j
  )
select s.position as position
from said as s
left join plan_actions as a
  on a.plan_id = :plan_id
  and a.position = s.position
where a.position is null
  or a.status is not s.status
  or a.issue_key is not json_extract(s.value, '$.issue_key')
  or (s.status <> 'refused' and a.action_id is not json_extract(s.value, '$.action_id'))
  or (s.status = 'refused' and a.action_id is not null)
  or (s.status <> 'planned' and a.blocked_reason is not json_extract(s.value, '$.reason'))
  or (
    s.status <> 'deferred'
    and (
      a.code is not json_extract(s.value, '$.code')
      or a.account_id is not json_extract(s.value, '$.account_id')
      or a.action is not json_extract(s.value, '$.action')
    )
  )
  or (
    s.status = 'planned'
    and (
      cast(a.organization_id as text) is not json_extract(s.value, '$.organization_id')
      or cast(a.user_id as text) is not json_extract(s.value, '$.user_id')
      or cast(a.membership_id as text) is not json_extract(s.value, '$.membership_id')
      or a.domain is not json_extract(s.value, '$.domain')
      or a.depends_on is not json_extract(s.value, '$.depends_on')
      or a.new_value is not json_extract(s.value, '$.new_value')
      or a.expected is not json_extract(s.value, '$.expected')
      or a.preconditions is not json_extract(s.value, '$.preconditions')
      or a.blast_radius is not json_extract(s.value, '$.blast_radius')
    )
  )
union all
select a.position as position
from plan_actions as a
where a.plan_id = :plan_id
  and not exists (
    select 1
    from said as s
    where s.position = a.position
  )
order by 1
