-- Members of an organization on a day.
--
-- question: Who was a member of an organization on a day?
-- parameters:
--   org integer: id of the organization
--   on date = today: the day; the last snapshot of that day or before counts
-- columns:
--   snapshot_id: the snapshot that says so
--   user_id: the member
--   name: name of the user
--   email: address of the user
--   role: role of the user
--   is_default: 1 if it is the default organization of the user, else 0
--   member_since: when the membership was created
with day as (
  -- One row: the newest Zendesk snapshot of the day or before.
  select max(s.snapshot_id) as snapshot_id
  from snapshots as s
  where s.source = 'zendesk'
    and substr(s.taken_at, 1, 10) <= :on
)
select
  d.snapshot_id as snapshot_id,
  m.user_id as user_id,
  (
    select u.name
    from zendesk_users as u
    where u.snapshot_id = m.snapshot_id
      and u.user_id = m.user_id
  ) as name,
  (
    select u.email
    from zendesk_users as u
    where u.snapshot_id = m.snapshot_id
      and u.user_id = m.user_id
  ) as email,
  (
    select u.role
    from zendesk_users as u
    where u.snapshot_id = m.snapshot_id
      and u.user_id = m.user_id
  ) as role,
  m.is_default as is_default,
  m.created_at as member_since
from day as d
join zendesk_organization_memberships as m
  on m.snapshot_id = d.snapshot_id
where m.organization_id = :org
order by m.user_id
