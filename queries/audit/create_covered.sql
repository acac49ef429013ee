-- The issues that a suppression covers.
create temp table covered (
  issue_key      text primary key,
  suppression_id integer not null
) without rowid
