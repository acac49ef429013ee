-- What the newest snapshot of Zendesk keeps of the lines of its files, so that a line that is the same again is not read.

-- One row per collection whose lines are known.
create table _line_lists (
  collection     text primary key,
  snapshot_id    integer not null,
  -- Under what the lines were read: other options, rules or another orgdrift know none of them.
  made_of        text not null,
  -- The newest domain of then: of later ones no line can have spoken.
  last_domain_id integer not null,
  -- The beginning of the records' addresses; null: they have none.
  url            text,
  -- Records that came more than once, 64 bits each: their lines are always read.
  repeated       blob not null
) strict, without rowid;

-- The lines in the order of the files, some thousand in a part: their hashes under a key of this file, their records' ids.
create table _line_parts (
  collection text not null,
  part       integer not null,
  lines      blob not null,
  primary key (collection, part)
) strict;

pragma user_version = 19;
