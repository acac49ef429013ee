-- Accounts of which an issue was seen before.
create temp table first_seen (
  account_id     text primary key,
  first_seen_run integer not null
) without rowid
