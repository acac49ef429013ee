-- How much of the customer base a run finds in disorder, counted by the run that finds it. Null: not known.
create table _run_figures (
  run_id                 integer primary key references runs (run_id),
  affected_account_count integer,
  account_count          integer not null,
  affected_user_count    integer,
  eligible_user_count    integer not null,
  affected_ticket_count  integer,
  ticket_count           integer not null
) strict;

-- Every audit asks whether there is a record with a fact that was not read. There hardly ever is one.
create index _user_versions_undecided on _user_versions (valid_to) where undecided_fields is not null;
create index _ticket_versions_undecided on _ticket_versions (valid_to) where undecided_fields is not null;

pragma user_version = 20;
