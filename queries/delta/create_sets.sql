-- What an audit of the changes is told and finds out on its way.
--
-- delta_bounds: the snapshots of the run before and of this one. delta_code: how a code that is evaluated is looked at
-- again: whole, or for users, members or tickets; and what its rule says of it.
create temp table delta_bounds (
  old_run_id                 integer not null,
  old_salesforce_snapshot_id integer not null,
  old_zendesk_snapshot_id    integer not null,
  salesforce_snapshot_id     integer not null,
  zendesk_snapshot_id        integer not null
) strict;
create temp table delta_code (
  code         text primary key,
  scope        text not null,
  rule_version integer not null,
  family       text not null,
  layer        text not null,
  severity     text not null
) strict, without rowid;
create temp table dirty_name (name_key text primary key) strict, without rowid;
create temp table dirty_account (account_id text primary key) strict, without rowid;
create temp table dirty_owned_organization (organization_id integer primary key) strict;
create temp table dirty_related_domain (domain_id integer primary key) strict;
create temp table dirty_asked_organization (organization_id integer primary key) strict;
create temp table dirty_verdict (account_id text primary key) strict, without rowid;
create temp table newly_owned (domain_id integer primary key) strict;
create temp table newly_orphan (organization_id integer primary key) strict;
create temp table dirty_user_domain (domain_id integer primary key) strict;
create temp table wanted_user_domain (domain_id integer primary key) strict;
create temp table wanted_ticket_domain (domain_id integer primary key) strict;
create temp table dirty_organization (organization_id integer primary key) strict;
create temp table dirty_user (user_id integer primary key) strict;
create temp table dirty_member (user_id integer primary key) strict;
create temp table dirty_ticket (ticket_id integer primary key) strict;
create temp table dirty_issue (issue_key text primary key, user_id integer, ticket_id integer) strict, without rowid;
create temp table covered (issue_key text primary key, suppression_id integer not null) strict, without rowid;
create temp table rechecked (issue_key text primary key) strict, without rowid;
create temp table changed_issue (issue_key text not null, account_id text, user_id integer) strict;
create temp table touched_account (account_id text primary key) strict, without rowid;
