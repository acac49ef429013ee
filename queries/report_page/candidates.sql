-- One row per blocked account and organization that may be its own: side by side.
--
-- The worst accounts first. :run_id is the run, :most how many accounts are wanted. A count is null where it is not known.
with blocked as (
  -- One row per account.
  select
    e.sf_account_id as account_id,
    e.account_name as account_name,
    e.link_state as link_state,
    e.top_blocked_reasons as reasons,
    e.zendesk_org_id as organization_id,
    row_number() over (
      order by
        case e.max_severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end,
        e.affected_open_ticket_count desc,
        e.affected_user_count desc,
        e.total_issue_count desc,
        e.sf_account_id
    ) as place
  from exceptions_by_account as e
  where e.run_id = :run_id
    and e.blocked_action_count > 0
),
candidate as (
  -- One row per account and organization.
  select
    b.account_id as account_id,
    cast(b.organization_id as integer) as organization_id
  from blocked as b
  where b.organization_id is not null
    and b.place <= :most
  union
  select
    b.account_id as account_id,
    cast(i.subject_id as integer) as organization_id
  from blocked as b
  cross join issues as i
  where b.place <= :most
    and i.run_id = :run_id
    and i.account_id = b.account_id
    and i.disposition = 'blocked'
    and i.subject_kind = 'organization'
  union
  select
    b.account_id as account_id,
    cast(j.value as integer) as organization_id
  from blocked as b
  cross join issues as i
  cross join json_each(i.evidence, '$.candidate_organization_ids') as j
  where b.place <= :most
    and i.run_id = :run_id
    and i.account_id = b.account_id
    and i.disposition = 'blocked'
  union
  select
    b.account_id as account_id,
    cast(j.value as integer) as organization_id
  from blocked as b
  cross join issues as i
  cross join json_each(i.evidence, '$.holding_organization_ids') as j
  where b.place <= :most
    and i.run_id = :run_id
    and i.account_id = b.account_id
    and i.disposition = 'blocked'
)
select
  b.place as place,
  b.account_id as account_id,
  b.account_name as account_name,
  b.link_state as link_state,
  b.reasons as reasons,
  c.organization_id as organization_id,
  o.name as organization_name,
  o.external_id as external_id,
  (
    select group_concat(d.domain, ', ')
    from zendesk_organization_domains as d
    where d.snapshot_id = r.zendesk_snapshot_id
      and d.organization_id = c.organization_id
  ) as domains,
  a.member_count as member_count,
  a.ticket_count as ticket_count,
  a.open_ticket_count as open_ticket_count,
  a.is_ticket_count_known as is_ticket_count_known,
  substr(o.created_at, 1, 10) as created_on
from runs as r
cross join blocked as b
left join candidate as c
  on c.account_id = b.account_id
left join zendesk_organizations as o
  on o.organization_id = c.organization_id
  and o.snapshot_id = r.zendesk_snapshot_id
left join organization_activity as a
  on a.run_id = r.run_id
  and a.organization_id = c.organization_id
where r.run_id = :run_id
  and b.place <= :most
order by b.place, c.organization_id
