-- One row: the settings of the Zendesk account as two snapshots have them.
--
-- Parameters: :old_zendesk, :new_zendesk. They are known of every snapshot of Zendesk, and be it as unknown.
select
  'account_settings' as kind,
  coalesce(n.source_identity, '-') as record_id,
  null as old_label,
  null as new_label,
  json_object('multiple_organizations', o.multiple_organizations) as old_record,
  json_object('multiple_organizations', n.multiple_organizations) as new_record,
  null as path
from snapshots as o
cross join snapshots as n
where o.snapshot_id = :old_zendesk
  and n.snapshot_id = :new_zendesk
