-- One row per domain to be added to an organization, and with users on it: whom Zendesk would pull in, and what is not
-- known of them.
--
-- reads: _run_context _link_domain_user _link_asked_domain _membership_versions _link_organization
--
-- Pulled in are the eligible verified users of the domain who are no members of the organization.
with placed as (
  -- One row per user on the domain and membership, or without one.
  select
    u.domain_id as domain_id,
    u.user_id as user_id,
    u.is_decided as is_decided,
    u.is_verified as is_verified,
    u.ticket_restriction as ticket_restriction,
    case when m.organization_id = q.adding_organization_id then 1 else 0 end as is_member,
    case when m.organization_id <> q.adding_organization_id then 1 else 0 end as is_elsewhere,
    case
      when m.organization_id is null then 0
      when o.organization_id is null then 1
      when o.first_account_id <> q.adding_account_id or o.last_account_id <> q.adding_account_id then 1
      else 0
    end as is_foreign,
    coalesce(o.is_foreign_undecided, 0) as is_foreign_undecided
  from _run_context as c
  cross join _link_domain_user as u
  cross join _link_asked_domain as q
  left join _membership_versions as m
    on m.user_id = u.user_id
    and m.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < m.valid_to
  left join _link_organization as o
    on o.organization_id = m.organization_id
  where q.domain_id = u.domain_id
    and q.adding_account_id is not null
),
person as (
  -- One row per user on the domain.
  select
    p.domain_id as domain_id,
    p.user_id as user_id,
    max(p.is_decided) as is_decided,
    max(p.is_verified) as is_verified,
    max(p.ticket_restriction) as ticket_restriction,
    max(p.is_member) as is_member,
    max(p.is_elsewhere) as is_elsewhere,
    max(p.is_foreign) as is_foreign,
    max(case when p.is_foreign = 0 then p.is_foreign_undecided else 0 end) as is_foreign_undecided
  from placed as p
  group by p.domain_id, p.user_id
),
judged as (
  -- One row per user on the domain: whether it is pulled in, or may be.
  select
    p.domain_id as domain_id,
    p.is_decided as is_decided,
    p.ticket_restriction as ticket_restriction,
    p.is_elsewhere as is_elsewhere,
    p.is_foreign as is_foreign,
    p.is_foreign_undecided as is_foreign_undecided,
    case when p.is_decided = 1 and p.is_verified = 1 and p.is_member = 0 then 1 else 0 end as is_pulled_in,
    case
      when p.is_decided = 0 and p.is_member = 0 and (p.is_verified is null or p.is_verified = 1) then 1
      else 0
    end as is_perhaps_pulled_in
  from person as p
)
select
  j.domain_id as domain_id,
  sum(j.is_pulled_in) as pulled_in_count,
  sum(case when j.is_pulled_in = 1 and j.is_foreign = 1 then 1 else 0 end) as foreign_count,
  sum(case when j.is_pulled_in = 1 and j.is_foreign_undecided = 1 then 1 else 0 end) as foreign_undecided_count,
  sum(case when j.is_pulled_in = 1 and j.ticket_restriction = 'organization' then 1 else 0 end) as seeing_count,
  sum(case when j.is_pulled_in = 1 and j.ticket_restriction is null then 1 else 0 end) as seeing_undecided_count,
  sum(j.is_perhaps_pulled_in) as undecided_count,
  sum(case when j.is_decided = 1 then j.is_elsewhere else 0 end) as elsewhere_count,
  sum(case when j.is_decided = 0 then j.is_elsewhere else 0 end) as elsewhere_undecided_count
from judged as j
group by j.domain_id
