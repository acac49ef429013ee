-- One row per user who lacks the expected membership or default: whether an organization that would have to be the
-- account's own is foreign to it.
--
-- reads: _link_user_drift _run_context _membership_versions _link_organization
--
-- Asked are the default organization and, of a user who is to become a member, the organizations of all memberships.
with home as (
  -- One row per user and organization.
  select
    u.user_id as user_id,
    u.account_id as account_id,
    u.default_organization_id as organization_id
  from _link_user_drift as u
  where u.kind in ('missing_membership', 'default_not_expected')
    and u.default_organization_id is not null
  union
  select
    u.user_id as user_id,
    u.account_id as account_id,
    m.organization_id as organization_id
  from _run_context as c
  cross join _link_user_drift as u
  cross join _membership_versions as m
  where u.kind = 'missing_membership'
    and m.user_id = u.user_id
    and m.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < m.valid_to
),
judged as (
  -- One row per user and organization.
  select
    h.user_id as user_id,
    h.organization_id as organization_id,
    case
      when o.organization_id is null then 1
      when o.first_account_id <> h.account_id or o.last_account_id <> h.account_id then 1
      else 0
    end as is_foreign,
    coalesce(o.is_foreign_undecided, 0) as is_undecided
  from home as h
  left join _link_organization as o
    on o.organization_id = h.organization_id
)
select
  j.user_id as user_id,
  min(case when j.is_foreign = 1 then j.organization_id end) as foreign_organization_id,
  min(case when j.is_foreign = 0 and j.is_undecided = 1 then j.organization_id end) as undecided_organization_id
from judged as j
group by j.user_id
