-- One row per account and organization of the newest snapshots: its name.
select
  'account' as kind,
  a.account_id as id,
  a.account_name as name
from _account_versions as a
where a.valid_from <= (select max(s.snapshot_id) from snapshots as s where s.source = 'salesforce')
  and (select max(s.snapshot_id) from snapshots as s where s.source = 'salesforce') < a.valid_to
union all
select
  'org',
  cast(o.organization_id as text),
  o.name
from _organization_versions as o
where o.valid_from <= (select max(s.snapshot_id) from snapshots as s where s.source = 'zendesk')
  and (select max(s.snapshot_id) from snapshots as s where s.source = 'zendesk') < o.valid_to
