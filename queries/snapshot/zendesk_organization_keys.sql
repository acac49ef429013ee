-- One row per account id in a field of a Zendesk organization, as of each Zendesk snapshot.
select
  s.snapshot_id as snapshot_id,
  v.organization_id as organization_id,
  v.field as field,
  v.account_id as account_id
from snapshots as s
cross join _organization_key_versions as v
where s.source = 'zendesk'
  and v.valid_from <= s.snapshot_id
  and s.snapshot_id < v.valid_to
