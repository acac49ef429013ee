-- People who asked to be forgotten: so that the next snapshot does not bring their names back.

-- Random: addresses are hashed under it.
create table _forgetting (
  only_row integer primary key check (only_row = 1),
  key      text not null
) strict;

insert into _forgetting (only_row, key) values (1, lower(hex(randomblob(32))));

create table _forgotten_users (
  user_id      integer primary key,
  -- ISO-8601 UTC.
  forgotten_at text not null
) strict;

create table _forgotten_addresses (
  -- Keyed BLAKE3 of the address in lower case, hexadecimal.
  address_hash text primary key,
  user_id      integer not null references _forgotten_users (user_id)
) strict, without rowid;

create index _forgotten_addresses_by_user on _forgotten_addresses (user_id);

pragma user_version = 15;
