-- What people decide about issues in a workbook, and what a workbook says of the warehouse that it was made from.

-- Random: a sheet of another warehouse is told by it.
create table _warehouse_identity (
  only_row     integer primary key check (only_row = 1),
  warehouse_id text not null
) strict;

insert into _warehouse_identity (only_row, warehouse_id) values (1, lower(hex(randomblob(8))));

-- One row per word of a person on an issue or an account; the newest one counts. Never changed, never deleted.
create table _decisions (
  decision_id    integer primary key,
  issue_key      text,
  -- Set where the word is about an account as a whole: who takes care, a note.
  account_id     text,
  -- Of the issue when it was decided; null for an account.
  fingerprint    text,
  -- Null: no decision, or an earlier one is taken back.
  decision       text check (decision in ('fix', 'skip', 'suppress', 'accept_risk')),
  until_on       text,
  note           text,
  assignee       text,
  decided_by     text not null,
  -- ISO-8601 UTC.
  decided_at     text not null,
  -- The newest run when it was decided.
  run_id         integer not null references runs (run_id),
  -- SHA-256 over the bytes of the file that it came in.
  source_digest  text not null,
  -- The suppression that a decision to suppress made.
  suppression_id integer references suppressions (suppression_id),
  check ((issue_key is null) <> (account_id is null)),
  check (account_id is null or decision is null),
  check ((issue_key is null) = (fingerprint is null))
) strict;

create index _decisions_by_issue on _decisions (issue_key, decision_id) where issue_key is not null;
create index _decisions_by_account on _decisions (account_id, decision_id) where account_id is not null;
create index _decisions_by_run on _decisions (run_id);
create index _decisions_by_suppression on _decisions (suppression_id) where suppression_id is not null;

pragma user_version = 11;
