-- Adds a snapshot that nobody sees: that of the records as they would be.
insert into snapshots (source, taken_at, taken_at_source, ingested_at, source_identity, input_digest, state,
  multiple_organizations, options)
select
  s.source,
  s.taken_at,
  s.taken_at_source,
  s.ingested_at,
  s.source_identity,
  'what if',
  s.state,
  s.multiple_organizations,
  s.options
from snapshots as s
where s.snapshot_id = :snapshot_id
returning snapshot_id
