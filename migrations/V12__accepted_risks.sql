-- The risks that people accepted: of which issues they lift a reason, and all of them as the newest run used them.

-- The decision that lifts a reason of the issue, as its evidence says; null: none does.
alter table _issue_versions add column accepted_decision_id integer;

create table _link_accepted_risk (
  issue_key   text primary key,
  -- Of the issue when it was decided.
  fingerprint text not null,
  decision_id integer not null
) strict, without rowid;

pragma user_version = 12;
