-- Accounts whose row was in the file and could not be used: they exist, and nothing is concluded from that.

-- Rows of the collection that were not used; of accounts those rejected, 0 of the others.
alter table snapshot_collections add column unread_count integer not null default 0;
-- The account of the row, 18 characters; null if its id cannot be read.
alter table ingest_rejections add column account_id text;

-- Accounts of a snapshot that are unread. A row whose id cannot be read is an account of its own, called as its
-- line, such as `row 12`: has_id is 0.
create table _unread_accounts (
  snapshot_id integer not null,
  account_id  text not null,
  has_id      integer not null check (has_id in (0, 1)),
  primary key (snapshot_id, account_id)
) strict, without rowid;

-- Domains that such rows name.
create table _unread_domains (
  snapshot_id integer not null,
  account_id  text not null,
  domain_id   integer not null,
  primary key (snapshot_id, account_id, domain_id)
) strict, without rowid;

-- Organization ids that such rows name.
create table _unread_organizations (
  snapshot_id     integer not null,
  account_id      text not null,
  organization_id integer not null,
  primary key (snapshot_id, account_id, organization_id)
) strict, without rowid;

-- Names that such rows give.
create table _unread_names (
  snapshot_id  integer not null,
  account_id   text not null,
  account_name text not null,
  primary key (snapshot_id, account_id, account_name)
) strict, without rowid;

-- The rows of the view link_known_account.
create table _link_known_account (
  account_id             text primary key,
  is_unread              integer not null,
  has_id                 integer not null,
  stored_organization_id integer
) strict, without rowid;

-- Serves the search for the same bytes.
create index _snapshots_by_digest on snapshots (input_digest);

-- A check cannot be changed: the table is made anew, with unread among the states.
create table _link_versions_new (
  account_id      text not null,
  valid_from      integer not null,
  valid_to        integer not null,
  hash_high       integer not null,
  hash_low        integer not null,
  link_state      text not null check (link_state in
    ('linked', 'contested', 'duplicate', 'candidate', 'conflict', 'ambiguous', 'missing', 'unread')),
  organization_id integer,
  match_rule      text check (match_rule in ('stored_id', 'external_id', 'domain')),
  primary key (account_id, valid_from)
) strict, without rowid;
insert into _link_versions_new (account_id, valid_from, valid_to, hash_high, hash_low, link_state, organization_id,
  match_rule)
select account_id, valid_from, valid_to, hash_high, hash_low, link_state, organization_id, match_rule
from _link_versions;
drop table _link_versions;
alter table _link_versions_new rename to _link_versions;

-- The same for issues: an issue of an account that is unread is neither open nor gone.
create table _issue_versions_new (
  issue_key        text not null,
  valid_from       integer not null,
  valid_to         integer not null,
  hash_high        integer not null,
  hash_low         integer not null,
  code             text not null,
  rule_version     integer not null,
  account_id       text,
  subject_kind     text not null check (subject_kind in ('account', 'organization', 'user', 'ticket')),
  subject_id       text not null,
  organization_id  integer,
  user_id          integer,
  ticket_id        integer,
  domain           text,
  disposition      text not null check (disposition in
    ('prepared', 'blocked', 'review', 'detect_only', 'suppressed')),
  action           text,
  blocked_reason   text,
  suppressed_by    integer,
  suggested_action text,
  root_issue_key   text,
  evidence         text not null,
  -- Set with valid_to where the end of the version does not mean that the drift is gone: left_window, the ticket
  -- is outside what was read or outside the ticket window; unread, the row of the account could not be used.
  close_reason     text check (close_reason in ('left_window', 'unread')),
  -- 1 where a version differs from the one before it in counts of people only: it is no change of the issue.
  is_same          integer not null default 0,
  primary key (issue_key, valid_from)
) strict, without rowid;
insert into _issue_versions_new (issue_key, valid_from, valid_to, hash_high, hash_low, code, rule_version,
  account_id, subject_kind, subject_id, organization_id, user_id, ticket_id, domain, disposition, action,
  blocked_reason, suppressed_by, suggested_action, root_issue_key, evidence, close_reason, is_same)
select issue_key, valid_from, valid_to, hash_high, hash_low, code, rule_version, account_id, subject_kind,
  subject_id, organization_id, user_id, ticket_id, domain, disposition, action, blocked_reason, suppressed_by,
  suggested_action, root_issue_key, evidence, close_reason, is_same
from _issue_versions;
drop table _issue_versions;
alter table _issue_versions_new rename to _issue_versions;
create index _issue_versions_by_account on _issue_versions (account_id);
create index _issue_versions_by_start on _issue_versions (valid_from);
create index _issue_versions_by_end on _issue_versions (valid_to) where valid_to < 9223372036854775807;
create index _issue_versions_by_change on _issue_versions (valid_from, code) where is_same = 0;

pragma user_version = 7;
