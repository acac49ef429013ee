-- The domains that are to be added.
create temp table planned_domain (
  domain_id       integer primary key,
  organization_id integer not null
)
