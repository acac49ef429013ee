-- The users whose address is on a domain that the plan adds: who may be pulled in, found once for all of its repairs.
create temp table domain_user (
  domain_id integer not null,
  user_id   integer not null,
  primary key (domain_id, user_id)
) strict, without rowid
