-- Readings that begin where an earlier one ended, so that what did not change is not read again.

-- walk: all of the collection was asked for. continued: only what changed since the reading of the snapshot
-- before.
alter table snapshot_collections add column reading text not null default 'walk'
  check (reading in ('walk', 'continued'));
-- How many different records a continued reading held, deleted ones among them; null for a walk.
alter table snapshot_collections add column changed_count integer;
-- JSON object: where a later reading may go on, {"time": seconds since 1970} or {"cursor": "..."}; null where
-- the source does not say.
alter table snapshot_collections add column continue_at text;

pragma user_version = 3;
