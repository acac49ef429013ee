-- The accounts that have issues in the run, with who hangs on them; null where that is not known.
create temp table affected (
  account_id          text primary key,
  eligible_user_count integer,
  open_ticket_count   integer
) without rowid
