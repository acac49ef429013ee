-- One row: how many accounts, eligible users and tickets the snapshots of a run hold, by what began and ended since the
-- run before, whose figures are kept. No row: they are not.
with bounds as (
  -- One row: the snapshots of both runs, and the figures of the earlier one.
  select
    o.salesforce_snapshot_id as old_salesforce_snapshot_id,
    o.zendesk_snapshot_id as old_zendesk_snapshot_id,
    r.salesforce_snapshot_id as salesforce_snapshot_id,
    r.zendesk_snapshot_id as zendesk_snapshot_id,
    f.account_count as account_count,
    f.eligible_user_count as eligible_user_count,
    f.ticket_count as ticket_count
  from runs as r
  cross join runs as o
  cross join _run_figures as f
  where r.run_id = :run_id
    and o.run_id = :earlier_run_id
    and f.run_id = o.run_id
),
account as (
  -- One row per account version that only one of the runs sees: 1 where it is the later one, else -1.
  select 1 as difference
  from bounds as b
  cross join _account_versions as s
  where s.valid_from > b.old_salesforce_snapshot_id
    and s.valid_from <= b.salesforce_snapshot_id
    and b.salesforce_snapshot_id < s.valid_to
  union all
  select -1 as difference
  from bounds as b
  cross join _account_versions as s
  where s.valid_to > b.old_salesforce_snapshot_id
    and s.valid_to <= b.salesforce_snapshot_id
    and s.valid_from <= b.old_salesforce_snapshot_id
),
eligible_user as (
  -- One row per version of an eligible user that only one of the runs sees.
  select 1 as difference
  from bounds as b
  cross join _user_versions as u
  cross join _domains as d
  where u.valid_from > b.old_zendesk_snapshot_id
    and u.valid_from > 2
    and u.valid_from <= b.zendesk_snapshot_id
    and b.zendesk_snapshot_id < u.valid_to
    and u.role = 'end-user'
    and u.is_active = 1
    and u.is_suspended = 0
    and d.domain_id = u.email_domain_id
    and d.is_valid = 1
    and d.listed_kind is null
  union all
  select -1 as difference
  from bounds as b
  cross join _user_versions as u
  cross join _domains as d
  where u.valid_to > b.old_zendesk_snapshot_id
    and u.valid_to < 9223372036854775807
    and u.valid_to <= b.zendesk_snapshot_id
    and u.valid_from <= b.old_zendesk_snapshot_id
    and u.role = 'end-user'
    and u.is_active = 1
    and u.is_suspended = 0
    and d.domain_id = u.email_domain_id
    and d.is_valid = 1
    and d.listed_kind is null
),
ticket as (
  -- One row per version of a ticket neither closed nor deleted that only one of the runs sees.
  select 1 as difference
  from bounds as b
  cross join _ticket_versions as t
  where t.valid_from > b.old_zendesk_snapshot_id
    and t.valid_from > 2
    and t.valid_from <= b.zendesk_snapshot_id
    and b.zendesk_snapshot_id < t.valid_to
    and t.status <> 'closed'
    and t.status <> 'deleted'
  union all
  select -1 as difference
  from bounds as b
  cross join _ticket_versions as t
  where t.valid_to > b.old_zendesk_snapshot_id
    and t.valid_to < 9223372036854775807
    and t.valid_to <= b.zendesk_snapshot_id
    and t.valid_from <= b.old_zendesk_snapshot_id
    and t.status <> 'closed'
    and t.status <> 'deleted'
)
select
  b.account_count + coalesce((select sum(d.difference) from account as d), 0) as account_count,
  b.eligible_user_count + coalesce((select sum(d.difference) from eligible_user as d), 0) as eligible_user_count,
  b.ticket_count + coalesce((select sum(d.difference) from ticket as d), 0) as ticket_count
from bounds as b
