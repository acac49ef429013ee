-- One row per asked organization and expected domain of its members; domain_id is 0 for members whose domain nobody
-- expects or was not read.
--
-- reads: _run_context _membership_versions _link_organization _user_versions _domains _link_domain_owner
--
-- Of eligible members, and of those who may be: a field that decides was not read of them.
with member as (
  -- One row per user who is a member of an asked organization, and who is eligible or may be.
  select distinct
    m.organization_id as organization_id,
    u.user_id as user_id,
    coalesce(w.domain_id, 0) as domain_id,
    case when u.undecided_fields is null then 1 else 0 end as is_decided
  from _run_context as c
  cross join _membership_versions as m
  cross join _link_organization as o
  cross join _user_versions as u
  left join _domains as d
    on d.domain_id = u.email_domain_id
  left join _link_domain_owner as w
    on w.domain_id = u.email_domain_id
  where m.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < m.valid_to
    and o.organization_id = m.organization_id
    and o.is_asked = 1
    and u.user_id = m.user_id
    and u.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < u.valid_to
    and (u.role is null or u.role = 'end-user')
    and (u.is_active is null or u.is_active = 1)
    and (u.is_suspended is null or u.is_suspended = 0)
    and (
      (d.is_valid = 1 and d.listed_kind is null)
      or (u.email_domain_id is null and instr(', ' || u.undecided_fields || ',', ', email,') > 0)
    )
)
select
  m.organization_id as organization_id,
  m.domain_id as domain_id,
  sum(m.is_decided) as eligible_count,
  sum(1 - m.is_decided) as undecided_count
from member as m
group by m.organization_id, m.domain_id
