-- What refusals and advice ask for beside the keys: names as they are compared, registrable parts of domains, what
-- external_id names where a field is the key. Filled by the program, in older rows too.

-- The name in NFC, case folded, without white space around it; null: blank.
alter table _account_versions add column name_key text;
alter table _organization_versions add column name_key text;
alter table _unread_names add column name_key text;

-- The account id that external_id stands for, or an id whose checksum does not match, which is nobody's. Empty:
-- undecided. Null: it is blank or no account id.
alter table _organization_versions add column external_account_key text;

-- The part of a valid domain under the public suffix, with one label more: acme.com of eu.acme.com.
alter table _domains add column registrable text;

drop table _run_context;
create table _run_context (
  only_row               integer primary key check (only_row = 1),
  run_id                 integer not null,
  salesforce_snapshot_id integer not null,
  zendesk_snapshot_id    integer not null,
  -- 1 only if several organizations per user are known to be allowed.
  is_multiple_allowed    integer not null,
  is_sharing_allowed     integer not null,
  is_stored_id_trusted   integer not null,
  -- 1: an organization field holds the account id in place of external_id.
  is_key_in_field        integer not null,
  -- 1: the repair is switched off.
  is_set_off             integer not null,
  is_add_off             integer not null,
  is_assign_off          integer not null,
  is_move_off            integer not null,
  -- Closed tickets created before it raise no issue; null: all do.
  closed_ticket_cutoff   text,
  -- Tickets created before it were not read; null: all were.
  tickets_bound_since    text,
  -- 1 if users and, for tickets, tickets were read well enough to count who hangs on an account.
  is_users_known         integer not null,
  is_memberships_known   integer not null,
  is_tickets_known       integer not null,
  -- 1 if organizations, users and memberships were read to their end: what is not there is nowhere.
  is_absence_proof       integer not null,
  -- 1 if users, memberships and all tickets were read to their end, and each says its organization.
  is_emptiness_proof     integer not null
) strict;

drop table _link_known_account;
create table _link_known_account (
  account_id             text primary key,
  is_unread              integer not null,
  has_id                 integer not null,
  stored_organization_id integer,
  is_stored_unreadable   integer not null,
  parent_account_id      text
) strict, without rowid;

create index _link_known_account_by_parent on _link_known_account (parent_account_id, account_id);

create table _link_account_name (
  account_id text not null,
  name_key   text not null,
  place      integer not null,
  primary key (account_id, name_key)
) strict, without rowid;

create index _link_account_name_by_name on _link_account_name (name_key, place);

create table _link_name (
  name_key      text primary key,
  account_count integer not null
) strict, without rowid;

create table _link_related_domain (
  account_id text not null,
  domain_id  integer not null,
  primary key (account_id, domain_id)
) strict, without rowid;

drop table _link_account;
create table _link_account (
  account_id           text primary key,
  link_state           text not null,
  organization_id      integer,
  match_rule           text,
  is_stored_dangling   integer not null,
  is_stored_unreadable integer not null
) strict, without rowid;

create index _link_account_by_organization on _link_account (organization_id, account_id);

create table _link_organization (
  organization_id      integer primary key,
  name_key             text,
  first_account_id     text,
  last_account_id      text,
  is_blank             integer not null,
  is_key_undecided     integer not null,
  is_foreign_undecided integer not null,
  is_sharing           integer not null,
  is_sharing_undecided integer not null,
  is_domains_undecided integer not null,
  is_fields_undecided  integer not null,
  is_asked             integer not null
) strict;

create table _link_field_account (
  organization_id integer not null,
  account_id      text not null,
  field           text not null,
  primary key (organization_id, account_id)
) strict, without rowid;

create table _link_asked_domain (
  domain_id              integer primary key,
  adding_account_id      text,
  adding_organization_id integer
) strict;

create table _link_domain_user (
  user_id            integer primary key,
  domain_id          integer not null,
  is_decided         integer not null,
  is_verified        integer,
  ticket_restriction text
) strict;

create index _link_domain_user_by_domain on _link_domain_user (domain_id, user_id);

create table _link_domain_pull (
  domain_id                 integer primary key,
  pulled_in_count           integer not null,
  foreign_count             integer not null,
  foreign_undecided_count   integer not null,
  seeing_count              integer not null,
  seeing_undecided_count    integer not null,
  undecided_count           integer not null,
  elsewhere_count           integer not null,
  elsewhere_undecided_count integer not null
) strict;

create table _link_member (
  organization_id integer not null,
  domain_id       integer not null,
  eligible_count  integer not null,
  undecided_count integer not null,
  primary key (organization_id, domain_id)
) strict, without rowid;

create table _link_near_organization (
  account_id      text not null,
  organization_id integer not null,
  sign            text not null,
  field           text,
  is_foreign      integer not null,
  primary key (account_id, organization_id, sign)
) strict, without rowid;

create table _link_ancestor (
  account_id          text not null,
  ancestor_account_id text not null,
  primary key (account_id, ancestor_account_id)
) strict, without rowid;

create table _link_missing (
  account_id        text primary key,
  near_count        integer not null,
  own_count         integer not null,
  served_count      integer not null,
  is_absence_proven integer not null
) strict, without rowid;

create table _link_user_home (
  user_id                   integer primary key,
  foreign_organization_id   integer,
  undecided_organization_id integer
) strict;

drop table _link_verdict;
create table _link_verdict (
  account_id              text primary key,
  organization_id         integer not null,
  link_state              text not null,
  match_rule              text not null,
  is_blank                integer not null,
  is_external_id_in_use   integer not null,
  is_claimed              integer not null,
  is_stored_useless       integer not null,
  is_candidate_ambiguous  integer not null,
  is_domain_disagreeing   integer not null,
  is_uncorroborated       integer not null,
  is_field_of_other       integer not null,
  is_looking_like_other   integer not null,
  is_every_domain_shared  integer not null,
  is_every_domain_related integer not null,
  is_sharing              integer not null,
  is_sharing_undecided    integer not null,
  is_domains_undecided    integer not null,
  is_fields_undecided     integer not null,
  is_member_undecided     integer not null,
  other_name_count        integer not null,
  member_count            integer not null,
  member_own_count        integer not null
) strict, without rowid;

drop table _link_user_drift;
create table _link_user_drift (
  user_id                 integer primary key,
  kind                    text not null,
  domain_id               integer not null,
  account_id              text not null,
  link_state              text,
  organization_id         integer,
  default_organization_id integer,
  is_verified             integer not null,
  is_shared               integer,
  ticket_restriction      text,
  membership_count        integer not null,
  other_membership_count  integer not null
) strict;

drop table _link_domain_membership;

drop table _link_orphan_activity;
create table _link_orphan_activity (
  organization_id    integer primary key,
  member_count       integer not null,
  default_user_count integer not null,
  ticket_count       integer not null
) strict;

drop table _link_ticket_drift;
create table _link_ticket_drift (
  ticket_id                    integer primary key,
  requester_id                 integer not null,
  domain_id                    integer not null,
  account_id                   text not null,
  expected_organization_id     integer not null,
  organization_id              integer,
  status                       text not null,
  created_at                   text not null,
  is_outside_window            integer not null,
  is_organization_known        integer not null,
  is_requester_member          integer not null,
  is_requester_expected_member integer not null,
  requester_organization_id    integer
) strict;

pragma user_version = 10;
