-- One row per record that appeared or vanished between two snapshots, and per column of one that changed.
--
-- Parameters: those of the statements that give record_pair, which stands for the others of this folder, and
-- :new_zendesk.
with pair as materialized (
  -- One row per record, as it was in both snapshots.
  select
    p.kind as kind,
    p.record_id as record_id,
    p.old_label as old_label,
    p.new_label as new_label,
    p.old_record as old_record,
    p.new_record as new_record,
    p.path as path
  from record_pair as p
),
difference as (
  -- One row per record that is in one of the snapshots, and per column that differs of one that is in both.
  select
    p.kind as kind,
    p.record_id as record_id,
    case when p.old_record is null then 'appeared' else 'vanished' end as change,
    null as column_name,
    p.old_label as old_value,
    p.new_label as new_value,
    p.path as path
  from pair as p
  where (p.old_record is null) <> (p.new_record is null)
  union all
  select
    p.kind as kind,
    p.record_id as record_id,
    'changed' as change,
    e.key as column_name,
    p.old_record ->> e.key as old_value,
    e.value as new_value,
    p.path as path
  from pair as p
  cross join json_each(p.new_record) as e
  where p.old_record is not null
    and p.old_record ->> e.key is distinct from e.value
)
select
  d.kind as kind,
  d.record_id as record_id,
  d.change as change,
  d.column_name as column_name,
  d.old_value as old_value,
  d.new_value as new_value,
  'https://'
  || case
    when instr(z.source_identity, '/') > 0 then
      substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
    else z.source_identity
  end
  || '.zendesk.com/agent/'
  || d.path as url
from snapshots as z
cross join difference as d
where z.snapshot_id = :new_zendesk
