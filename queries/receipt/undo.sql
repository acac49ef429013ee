-- One row per repair that the live apply of a plan wrote, the last one first: what was before, and the steps that would
-- restore it by hand, or why nothing can. Nothing is sent.
--
-- :plan_id is the plan.
with made as (
  -- One row per repair that was written, with the memberships that it found and left.
  select
    a.position as position,
    a.action as action,
    a.issue_key as issue_key,
    a.account_id as account_id,
    cast(a.organization_id as text) as organization_id,
    cast(a.user_id as text) as user_id,
    a.domain as domain,
    e.before_value as before_value,
    json_extract(e.before_value, '$.default_organization_id') as default_before,
    (
      select json_extract(m.value, '$.membership_id')
      from json_each(e.before_value, '$.memberships') as m
      where json_extract(m.value, '$.is_default') = 1
    ) as default_membership_before,
    (
      select json_extract(m.value, '$.membership_id')
      from json_each(e.after_value, '$.memberships') as m
      where json_extract(m.value, '$.organization_id') = cast(a.organization_id as text)
    ) as membership_after,
    coalesce(json_extract(a.blast_radius, '$.pulled_in_user_count'), 0) as pulled_in_count,
    coalesce(json_extract(a.blast_radius, '$.open_ticket_count'), 0) as open_ticket_count
  from plan_actions as a
  cross join apply_events as e
  where a.plan_id = :plan_id
    and a.status = 'planned'
    and e.plan_id = a.plan_id
    and e.position = a.position
    and e.mode = 'live'
    and e.kind = 'outcome'
    and e.outcome = 'applied'
),
judged as (
  -- One row per repair, with why it cannot be undone.
  select
    m.position as position,
    m.action as action,
    m.issue_key as issue_key,
    m.account_id as account_id,
    m.organization_id as organization_id,
    m.user_id as user_id,
    m.domain as domain,
    m.before_value as before_value,
    m.default_membership_before as default_membership_before,
    m.membership_after as membership_after,
    case
      when m.action = 'add_org_domain' and m.pulled_in_count > 0 then
        'pulled-in users: ' || m.pulled_in_count
        || '. Taking the domain off takes the organization off every user of the domain, and their tickets follow'
      when m.action = 'assign_user_to_org' and m.open_ticket_count > 0 then
        'open tickets of the user: ' || m.open_ticket_count
        || '. Removing the membership changes the organization of tickets that were filed under it since'
      when m.action = 'move_user_to_org' and m.default_before is null then
        'the user had no default organization, and one of a user''s organizations is always the default'
      when m.action = 'move_user_to_org' and m.default_membership_before is null then
        'the default organization of before had no membership that could become the default again'
    end as not_undoable_because
  from made as m
)
select
  j.position as no,
  j.action as action,
  case when j.not_undoable_because is null then 1 else 0 end as is_undoable,
  case
    when j.not_undoable_because is not null then null
    when j.action = 'set_org_external_id' then
      'If external_id of organization ' || j.organization_id || ' is still ' || j.account_id || ', clear it'
    when j.action = 'add_org_domain' then
      'If nobody joined organization ' || j.organization_id || ' by ' || j.domain || ' since, take that domain off it'
    when j.action = 'assign_user_to_org' then
      'If no ticket of user ' || j.user_id || ' was filed under organization ' || j.organization_id
      || ' since, remove membership ' || coalesce(j.membership_after, 'of the user there')
    when j.action = 'move_user_to_org' then
      'Make membership ' || j.default_membership_before || ' of user ' || j.user_id
      || ' the default again; tickets that were filed since stay where they are'
  end as steps,
  j.not_undoable_because as not_undoable_because,
  j.issue_key as issue_key,
  j.before_value as before_value
from judged as j
order by j.position desc
