-- One row: how many accounts, eligible users and tickets of a run are the subject of an issue of the twelve codes that
-- no decision covers, each beside all that were read.
--
-- Tickets are those that are neither closed nor deleted. An affected count is null where a code about such records was
-- not evaluated. The list of domains that identify nobody counts as it stands now.
with affected as (
  -- One row: what issues are about.
  select
    count(distinct v.account_id) as account_count,
    count(distinct case when v.subject_kind = 'user' then v.user_id end) as user_count,
    count(
      distinct case
        when exists (
          select 1
          from _ticket_versions as t
          where t.ticket_id = v.ticket_id
            and t.valid_from <= :zendesk_snapshot_id
            and :zendesk_snapshot_id < t.valid_to
            and t.status <> 'closed'
            and t.status <> 'deleted'
        ) then v.ticket_id
      end
    ) as ticket_count
  from _issue_versions as v
  cross join run_coverage as k
  where v.valid_from <= :run_id
    and :run_id < v.valid_to
    and v.disposition <> 'suppressed'
    and k.run_id = :run_id
    and k.code = v.code
    and k.is_evaluated = 1
    and k.family = 'drift'
),
gap as (
  -- One row per layer of which a code was not evaluated.
  select
    q.layer as layer
  from run_coverage as k
  cross join rule_versions as q
  where k.run_id = :run_id
    and k.is_evaluated = 0
    and k.family = 'drift'
    and q.code = k.code
    and q.version = k.rule_version
  group by q.layer
)
select
  case when 'organization' in (select g.layer from gap as g) then null else a.account_count end as affected_account_count,
  (
    select count(*)
    from _account_versions as s
    where s.valid_from <= :salesforce_snapshot_id
      and :salesforce_snapshot_id < s.valid_to
  ) as account_count,
  case when 'user' in (select g.layer from gap as g) then null else a.user_count end as affected_user_count,
  (
    select count(*)
    from _user_versions as u
    cross join _domains as d
    where u.valid_from <= :zendesk_snapshot_id
      and :zendesk_snapshot_id < u.valid_to
      and u.role = 'end-user'
      and u.is_active = 1
      and u.is_suspended = 0
      and d.domain_id = u.email_domain_id
      and d.is_valid = 1
      and d.listed_kind is null
  ) as eligible_user_count,
  case when 'ticket' in (select g.layer from gap as g) then null else a.ticket_count end as affected_ticket_count,
  (
    select count(*)
    from _ticket_versions as t
    where t.valid_from <= :zendesk_snapshot_id
      and :zendesk_snapshot_id < t.valid_to
      and t.status <> 'closed'
      and t.status <> 'deleted'
  ) as ticket_count
from affected as a
