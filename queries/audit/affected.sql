-- One row: how many accounts, users and tickets of a run are the subject of an issue of the twelve codes that no decision
-- covers.
--
-- Tickets are those that are neither closed nor deleted. A count is null where a code about such records was not
-- evaluated.
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
  where v.valid_from <= :run_id
    and :run_id < v.valid_to
    and v.disposition <> 'suppressed'
    and v.code in (
      select k.code
      from run_coverage as k
      where k.run_id = :run_id
        and k.is_evaluated = 1
        and k.family = 'drift'
    )
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
  case when 'user' in (select g.layer from gap as g) then null else a.user_count end as affected_user_count,
  case when 'ticket' in (select g.layer from gap as g) then null else a.ticket_count end as affected_ticket_count
from affected as a
