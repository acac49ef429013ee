-- What an audit would find if all repairs of a plan were made. Derived from the plan and its run, so that the plan and its
-- hash know nothing of it.
create table _predictions (
  plan_id  integer primary key references _plans (plan_id),
  -- ISO-8601 UTC.
  made_at  text not null
) strict;

create table _predicted_changes (
  plan_id   integer not null references _predictions (plan_id),
  issue_key text not null,
  code      text not null,
  change    text not null check (change in ('vanishes', 'appears')),
  primary key (plan_id, issue_key)
) strict, without rowid;

pragma user_version = 18;
