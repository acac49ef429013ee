-- The codes that the run evaluates.
create temp table evaluated (
  code text primary key
) without rowid
