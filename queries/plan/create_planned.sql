-- The issues whose repair is possible, in the order of their keys.
create temp table planned (
  issue_key       text primary key,
  account_id      text not null,
  action          text not null,
  organization_id integer not null,
  user_id         integer,
  domain_id       integer
) without rowid
