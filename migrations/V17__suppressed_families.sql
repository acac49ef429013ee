-- A suppression of a code on an account may cover the accounts below it as well.
alter table suppressions add column is_family integer not null default 0
  check (is_family in (0, 1) and (is_family = 0 or account_id is not null));

pragma user_version = 17;
