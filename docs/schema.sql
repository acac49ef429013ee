-- The schema of a new warehouse. A test compares; ORGDRIFT_BLESS=1 cargo test writes it anew.
-- The text of every view is in queries/.

CREATE TABLE _account_domain_versions (
  account_id text not null,
  domain_id  integer not null,
  valid_from integer not null,
  valid_to   integer not null,
  primary key (account_id, domain_id, valid_from)
) strict, without rowid;

CREATE INDEX _account_domain_versions_by_domain on _account_domain_versions (domain_id, valid_to);

CREATE INDEX _account_domain_versions_by_end on _account_domain_versions (valid_to)
  where valid_to < 9223372036854775807;

CREATE INDEX _account_domain_versions_by_start on _account_domain_versions (valid_from) where valid_from > 2;

CREATE TABLE _account_merge_versions (
  merged_account_id text not null,
  account_id        text not null,
  valid_from        integer not null,
  valid_to          integer not null,
  primary key (merged_account_id, valid_from)
) strict, without rowid;

CREATE TABLE _account_versions (
  account_id              text not null,
  valid_from              integer not null,
  valid_to                integer not null,
  hash_high               integer not null,
  hash_low                integer not null,
  account_name            text not null,
  -- The cell as it was read; null if it was blank.
  stored_organization_raw text,
  stored_organization_id  integer,
  owner                   text,
  parent_account_id       text,
  -- JSON object of the columns named with --keep-col.
  extra                   text, name_key text,
  primary key (account_id, valid_from)
) strict;

CREATE INDEX _account_versions_by_end on _account_versions (valid_to) where valid_to < 9223372036854775807;

CREATE INDEX _account_versions_by_start on _account_versions (valid_from) where valid_from > 2;

CREATE TABLE _blocked_reasons (
  reason     text primary key,
  -- Continues "A person must decide ".
  decision   text not null,
  -- What a person does next; null where nothing more can be said.
  next_step  text,
  meaning    text not null,
  what_to_do text not null
) strict;

CREATE TABLE _decisions (
  decision_id    integer primary key,
  issue_key      text,
  -- Set where the word is about an account as a whole: who takes care, a note.
  account_id     text,
  -- Of the issue when it was decided; null for an account.
  fingerprint    text,
  -- Null: no decision, or an earlier one is taken back.
  decision       text check (decision in ('fix', 'skip', 'suppress', 'accept_risk')),
  until_on       text,
  note           text,
  assignee       text,
  decided_by     text not null,
  -- ISO-8601 UTC.
  decided_at     text not null,
  -- The newest run when it was decided.
  run_id         integer not null references runs (run_id),
  -- SHA-256 over the bytes of the file that it came in.
  source_digest  text not null,
  -- The suppression that a decision to suppress made.
  suppression_id integer references suppressions (suppression_id),
  check ((issue_key is null) <> (account_id is null)),
  check (account_id is null or decision is null),
  check ((issue_key is null) = (fingerprint is null))
) strict;

CREATE INDEX _decisions_by_account on _decisions (account_id, decision_id) where account_id is not null;

CREATE INDEX _decisions_by_issue on _decisions (issue_key, decision_id) where issue_key is not null;

CREATE INDEX _decisions_by_run on _decisions (run_id);

CREATE INDEX _decisions_by_suppression on _decisions (suppression_id) where suppression_id is not null;

CREATE TABLE _delta_base (
  only_row     integer primary key check (only_row = 1),
  run_id       integer not null,
  rules_digest text not null
) strict;

CREATE TABLE _derived_state (
  only_row integer primary key check (only_row = 1),
  digest   text not null
) strict;

CREATE TABLE _domains (
  domain_id integer primary key,
  domain    text not null unique,
  -- 1 if the host has a registrable part under a listed public suffix: only such a domain is a key.
  is_valid  integer not null check (is_valid in (0, 1))
, listed_kind text check (listed_kind in ('personal', 'disposable', 'platform')), registrable text) strict;

CREATE TABLE _forgetting (
  only_row integer primary key check (only_row = 1),
  key      text not null
) strict;

CREATE TABLE _forgotten_addresses (
  -- Keyed BLAKE3 of the address in lower case, hexadecimal.
  address_hash text primary key,
  user_id      integer not null references _forgotten_users (user_id)
) strict, without rowid;

CREATE INDEX _forgotten_addresses_by_user on _forgotten_addresses (user_id);

CREATE TABLE _forgotten_users (
  user_id      integer primary key,
  -- ISO-8601 UTC.
  forgotten_at text not null
) strict;

CREATE TABLE _issue_changes (
  run_id              integer not null references runs (run_id),
  issue_key           text not null,
  previous_run_id     integer not null,
  change              text not null check (change in ('new', 'changed', 'resolved', 'reopened', 'not_comparable')),
  -- 1 if the version of its rule or a suppression may be the cause.
  is_own_rule_changed integer not null check (is_own_rule_changed in (0, 1)),
  primary key (run_id, issue_key)
) strict, without rowid;

CREATE TABLE "_issue_versions" (
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
  is_same          integer not null default 0, accepted_decision_id integer,
  primary key (issue_key, valid_from)
) strict, without rowid;

CREATE INDEX _issue_versions_by_account on _issue_versions (account_id);

CREATE INDEX _issue_versions_by_change on _issue_versions (valid_from, code) where is_same = 0;

CREATE INDEX _issue_versions_by_end on _issue_versions (valid_to) where valid_to < 9223372036854775807;

CREATE INDEX _issue_versions_by_start on _issue_versions (valid_from);

CREATE INDEX _issue_versions_suppressed on _issue_versions (issue_key) where suppressed_by is not null;

CREATE TABLE _line_lists (
  collection     text primary key,
  snapshot_id    integer not null,
  -- Under what the lines were read: other options, rules or another orgdrift know none of them.
  made_of        text not null,
  -- The newest domain of then: of later ones no line can have spoken.
  last_domain_id integer not null,
  -- The beginning of the records' addresses; null: they have none.
  url            text,
  -- Records that came more than once, 64 bits each: their lines are always read.
  repeated       blob not null
) strict, without rowid;

CREATE TABLE _line_parts (
  collection text not null,
  part       integer not null,
  lines      blob not null,
  primary key (collection, part)
) strict;

CREATE TABLE _link_accepted_risk (
  issue_key   text primary key,
  -- Of the issue when it was decided.
  fingerprint text not null,
  decision_id integer not null
) strict, without rowid;

CREATE TABLE _link_account (
  account_id           text primary key,
  link_state           text not null,
  organization_id      integer,
  match_rule           text,
  is_stored_dangling   integer not null,
  is_stored_unreadable integer not null
) strict, without rowid;

CREATE INDEX _link_account_by_organization on _link_account (organization_id, account_id);

CREATE TABLE _link_account_name (
  account_id text not null,
  name_key   text not null,
  place      integer not null,
  primary key (account_id, name_key)
) strict, without rowid;

CREATE INDEX _link_account_name_by_name on _link_account_name (name_key, place);

CREATE TABLE _link_account_people (
  account_id          text primary key,
  eligible_user_count integer not null,
  open_ticket_count   integer not null
) strict, without rowid;

CREATE TABLE _link_ancestor (
  account_id          text not null,
  ancestor_account_id text not null,
  primary key (account_id, ancestor_account_id)
) strict, without rowid;

CREATE TABLE _link_asked_domain (
  domain_id              integer primary key,
  adding_account_id      text,
  adding_organization_id integer
) strict;

CREATE TABLE _link_candidate (
  account_id      text not null,
  organization_id integer not null,
  is_kept         integer not null,
  is_blank        integer not null,
  primary key (account_id, organization_id)
) strict, without rowid;

CREATE INDEX _link_candidate_by_organization on _link_candidate (organization_id, account_id);

CREATE TABLE _link_claim (
  account_id      text not null,
  match_rule      text not null,
  organization_id integer not null,
  primary key (account_id, match_rule, organization_id)
) strict, without rowid;

CREATE INDEX _link_claim_by_organization on _link_claim (organization_id, account_id);

CREATE TABLE _link_claimant (
  account_id          text not null,
  claimant_account_id text not null,
  primary key (account_id, claimant_account_id)
) strict, without rowid;

CREATE TABLE _link_domain_expectation (
  domain_id       integer primary key,
  owner_count     integer not null,
  account_id      text not null,
  link_state      text,
  organization_id integer
) strict;

CREATE TABLE _link_domain_holder (
  domain_id       integer not null,
  organization_id integer not null,
  primary key (domain_id, organization_id)
) strict, without rowid;

CREATE INDEX _link_domain_holder_by_organization on _link_domain_holder (organization_id, domain_id);

CREATE TABLE _link_domain_owner (
  domain_id        integer primary key,
  owner_count      integer not null,
  first_account_id text not null
) strict;

CREATE TABLE _link_domain_people (
  domain_id           integer primary key,
  eligible_user_count integer not null,
  open_ticket_count   integer not null
) strict;

CREATE TABLE _link_domain_pull (
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

CREATE TABLE _link_domain_user (
  user_id            integer primary key,
  domain_id          integer not null,
  is_decided         integer not null,
  is_verified        integer,
  ticket_restriction text
) strict;

CREATE INDEX _link_domain_user_by_domain on _link_domain_user (domain_id, user_id);

CREATE TABLE _link_expected_domain (
  domain_id  integer not null,
  account_id text not null,
  primary key (domain_id, account_id)
) strict, without rowid;

CREATE INDEX _link_expected_domain_by_account on _link_expected_domain (account_id, domain_id);

CREATE TABLE _link_field_account (
  organization_id integer not null,
  account_id      text not null,
  field           text not null,
  primary key (organization_id, account_id)
) strict, without rowid;

CREATE TABLE _link_known_account (
  account_id             text primary key,
  is_unread              integer not null,
  has_id                 integer not null,
  stored_organization_id integer,
  is_stored_unreadable   integer not null,
  parent_account_id      text
) strict, without rowid;

CREATE INDEX _link_known_account_by_parent on _link_known_account (parent_account_id, account_id);

CREATE TABLE _link_member (
  organization_id integer not null,
  domain_id       integer not null,
  eligible_count  integer not null,
  undecided_count integer not null,
  primary key (organization_id, domain_id)
) strict, without rowid;

CREATE TABLE _link_missing (
  account_id        text primary key,
  near_count        integer not null,
  own_count         integer not null,
  served_count      integer not null,
  is_absence_proven integer not null
) strict, without rowid;

CREATE TABLE _link_name (
  name_key      text primary key,
  account_count integer not null
) strict, without rowid;

CREATE TABLE _link_near_organization (
  account_id      text not null,
  organization_id integer not null,
  sign            text not null,
  field           text,
  is_foreign      integer not null,
  primary key (account_id, organization_id, sign)
) strict, without rowid;

CREATE TABLE _link_organization (
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

CREATE TABLE _link_orphan (
  organization_id integer primary key,
  is_blank        integer not null
) strict;

CREATE TABLE _link_orphan_activity (
  organization_id    integer primary key,
  member_count       integer not null,
  default_user_count integer not null,
  ticket_count       integer not null
) strict;

CREATE TABLE _link_related_domain (
  account_id text not null,
  domain_id  integer not null,
  primary key (account_id, domain_id)
) strict, without rowid;

CREATE TABLE _link_ticket_drift (
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

CREATE TABLE _link_user_drift (
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

CREATE TABLE _link_user_home (
  user_id                   integer primary key,
  foreign_organization_id   integer,
  undecided_organization_id integer
) strict;

CREATE TABLE _link_verdict (
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

CREATE TABLE "_link_versions" (
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

CREATE TABLE _membership_versions (
  user_id         integer not null,
  membership_id   integer not null,
  valid_from      integer not null,
  valid_to        integer not null,
  hash_high       integer not null,
  hash_low        integer not null,
  organization_id integer not null,
  is_default      integer,
  created_at      text,
  primary key (user_id, membership_id, valid_from)
) strict, without rowid;

CREATE INDEX _membership_versions_by_end on _membership_versions (valid_to)
  where valid_to < 9223372036854775807;

CREATE INDEX _membership_versions_by_start on _membership_versions (valid_from) where valid_from > 2;

CREATE TABLE _migrations(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));

CREATE TABLE _organization_domain_versions (
  organization_id integer not null,
  domain_id       integer not null,
  valid_from      integer not null,
  valid_to        integer not null,
  primary key (organization_id, domain_id, valid_from)
) strict, without rowid;

CREATE TABLE _organization_key_versions (
  organization_id integer not null,
  field           text not null,
  account_id      text not null,
  valid_from      integer not null,
  valid_to        integer not null,
  primary key (organization_id, field, account_id, valid_from)
) strict, without rowid;

CREATE TABLE "_organization_versions" (
  organization_id     integer not null,
  valid_from          integer not null,
  valid_to            integer not null,
  hash_high           integer not null,
  hash_low            integer not null,
  name                text not null,
  -- As received.
  external_id         text,
  -- Trimmed of Unicode white space; null if nothing remains.
  external_id_key     text,
  -- The 18-character Salesforce id that external_id_key stands for, if it does.
  external_account_id text,
  -- Null: undecided.
  is_shared_tickets   integer,
  is_shared_comments  integer,
  -- JSON array, as received and in its order. Null: undecided.
  domain_names        text,
  created_at          text,
  -- JSON object: organization field, 18-character account id. Null: undecided.
  account_fields      text,
  -- What the organization field says that holds the account id in place of external_id; empty where it is blank or
  -- undecided. Null: external_id holds the account id.
  key_in_field        text,
  -- What names the account: external_id_key, or the trimmed value of that field. Null: blank. Empty: undecided.
  account_key         text,
  -- The account id that account_key stands for, or an id whose checksum does not match, which is nobody's.
  key_account_id      text,
  -- Keys that decide and that the record lacks, with commas between. Null: none, or stored before schema 8.
  undecided_fields    text, name_key text, external_account_key text,
  primary key (organization_id, valid_from)
) strict, without rowid;

CREATE INDEX _organization_versions_by_end on _organization_versions (valid_to)
  where valid_to < 9223372036854775807;

CREATE INDEX _organization_versions_by_start on _organization_versions (valid_from) where valid_from > 2;

CREATE TABLE _personal_domains (
  domain     text primary key,
  -- bundled: shipped with the program; operator: added here.
  origin     text not null check (origin in ('bundled', 'operator')),
  -- 1: the operator took this bundled domain off the list.
  is_removed integer not null check (is_removed in (0, 1)),
  changed_at text
, kind text not null default 'personal'
  check (kind in ('personal', 'disposable', 'platform')), is_covering_sub_hosts integer not null default 0
  check (is_covering_sub_hosts in (0, 1))) strict, without rowid;

CREATE TABLE _plans (
  plan_id        integer primary key,
  -- SHA-256 over canonical, as 64 hexadecimal digits. A later run that finds the same makes the same plan.
  plan_hash      text not null,
  run_id         integer not null references runs (run_id),
  created_at     text not null,
  tool_version   text not null,
  -- subdomain/account_id of Zendesk, or null: then nothing of the plan can be applied.
  source_identity text,
  -- JSON object: the batch and the filters that were asked for.
  filters        text not null,
  -- The plan in the form of RFC 8785, without its hash: what the hash is over, byte for byte.
  canonical      text not null,
  -- How many rows plan_actions has for it.
  row_count      integer not null
) strict;

CREATE INDEX _plans_by_hash on _plans (plan_hash);

CREATE UNIQUE INDEX _plans_by_run on _plans (run_id, plan_hash);

CREATE TRIGGER _plans_delete before delete on _plans
begin
  select raise(abort, 'a plan never changes');
end;

CREATE TRIGGER _plans_insert before insert on _plans
when exists (
  select 1 from _plans as p where p.plan_id = new.plan_id
)
or exists (
  select 1 from _plans as p where p.run_id = new.run_id and p.plan_hash = new.plan_hash
)
begin
  select raise(abort, 'a plan never changes');
end;

CREATE TRIGGER _plans_update before update on _plans
begin
  select raise(abort, 'a plan never changes');
end;

CREATE TABLE _predicted_changes (
  plan_id   integer not null references _predictions (plan_id),
  issue_key text not null,
  code      text not null,
  change    text not null check (change in ('vanishes', 'appears')),
  primary key (plan_id, issue_key)
) strict, without rowid;

CREATE TABLE _predictions (
  plan_id  integer primary key references _plans (plan_id),
  -- ISO-8601 UTC.
  made_at  text not null
) strict;

CREATE TABLE _run_context (
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

CREATE TABLE _run_figures (
  run_id                 integer primary key references runs (run_id),
  affected_account_count integer,
  account_count          integer not null,
  affected_user_count    integer,
  eligible_user_count    integer not null,
  affected_ticket_count  integer,
  ticket_count           integer not null
) strict;

CREATE TABLE "_ticket_versions" (
  ticket_id           integer not null,
  valid_from          integer not null,
  valid_to            integer not null,
  hash_high           integer not null,
  hash_low            integer not null,
  requester_id        integer,
  -- The e-mail domain of a requester who is an active, unsuspended end user; else null, and null for an undecided
  -- ticket. Set when the ticket is read, because joining every ticket to its user again would be the dearest part
  -- of an audit.
  requester_domain_id integer,
  organization_id     integer,
  -- Null: undecided.
  status              text,
  created_at          text not null,
  brand_id            integer,
  via_channel         text,
  subject             text,
  undecided_fields    text,
  primary key (ticket_id, valid_from)
) strict, without rowid;

CREATE INDEX _ticket_versions_by_end on _ticket_versions (valid_to) where valid_to < 9223372036854775807;

CREATE INDEX _ticket_versions_by_start on _ticket_versions (valid_from) where valid_from > 2;

CREATE INDEX _ticket_versions_open
  on _ticket_versions (requester_id, requester_domain_id, status, valid_to, created_at)
  where status in ('new', 'open', 'pending', 'hold');

CREATE INDEX _ticket_versions_undecided on _ticket_versions (valid_to) where undecided_fields is not null;

CREATE TABLE _triage_versions (
  account_id                 text not null,
  valid_from                 integer not null,
  valid_to                   integer not null,
  hash_high                  integer not null,
  hash_low                   integer not null,
  total_issue_count          integer not null,
  prepared_action_count      integer not null,
  blocked_action_count       integer not null,
  review_count               integer not null,
  detect_only_count          integer not null,
  suppressed_count           integer not null,
  -- Null if every issue is suppressed.
  max_severity               text check (max_severity in ('critical', 'high', 'medium', 'low')),
  affected_user_count        integer not null,
  affected_open_ticket_count integer not null,
  first_code                 text,
  top_issue_codes            text,
  top_blocked_reasons        text,
  organization_id            integer,
  link_state                 text not null,
  first_seen_run             integer not null, candidate_orgs text,
  primary key (account_id, valid_from)
) strict, without rowid;

CREATE TABLE _unread_accounts (
  snapshot_id integer not null,
  account_id  text not null,
  has_id      integer not null check (has_id in (0, 1)),
  primary key (snapshot_id, account_id)
) strict, without rowid;

CREATE TABLE _unread_domains (
  snapshot_id integer not null,
  account_id  text not null,
  domain_id   integer not null,
  primary key (snapshot_id, account_id, domain_id)
) strict, without rowid;

CREATE TABLE _unread_names (
  snapshot_id  integer not null,
  account_id   text not null,
  account_name text not null, name_key text,
  primary key (snapshot_id, account_id, account_name)
) strict, without rowid;

CREATE TABLE _unread_organizations (
  snapshot_id     integer not null,
  account_id      text not null,
  organization_id integer not null,
  primary key (snapshot_id, account_id, organization_id)
) strict, without rowid;

CREATE TABLE "_user_versions" (
  user_id                 integer not null,
  valid_from              integer not null,
  valid_to                integer not null,
  hash_high               integer not null,
  hash_low                integer not null,
  name                    text not null,
  email                   text,
  email_domain_id         integer,
  external_id             text,
  external_id_key         text,
  -- Null in this and the flags: undecided.
  role                    text,
  is_verified             integer,
  is_active               integer,
  is_suspended            integer,
  is_shared               integer,
  default_organization_id integer,
  created_at              text,
  -- As received; empty where Zendesk gave null. Null: undecided.
  ticket_restriction      text,
  undecided_fields        text,
  primary key (user_id, valid_from)
) strict, without rowid;

CREATE INDEX _user_versions_by_domain on _user_versions (email_domain_id) where email_domain_id > 0;

CREATE INDEX _user_versions_by_end on _user_versions (valid_to) where valid_to < 9223372036854775807;

CREATE INDEX _user_versions_by_start on _user_versions (valid_from) where valid_from > 2;

CREATE INDEX _user_versions_undecided on _user_versions (valid_to) where undecided_fields is not null;

CREATE TABLE _warehouse_identity (
  only_row     integer primary key check (only_row = 1),
  warehouse_id text not null
) strict;

CREATE TABLE _zendesk_identity (
  only_row   integer primary key check (only_row = 1),
  subdomain  text not null,
  account_id integer
) strict;

CREATE TABLE apply_events (
  event_id      integer primary key check (event_id > 0),
  attempt_id    integer not null,
  plan_id       integer not null references _plans (plan_id),
  mode          text not null check (mode in ('dry_run', 'live')),
  kind          text not null check (kind in
    ('apply_started', 'apply_resumed', 'intent', 'answer', 'outcome', 'apply_ended')),
  -- The row of plan_actions; null where the event is about the whole apply.
  position      integer,
  -- JSON object in the form of RFC 8785: everything about the event. Ids are texts; no names, no addresses.
  body          text not null,
  previous_hash text not null check (length(previous_hash) = 64),
  hash          text not null check (length(hash) = 64),
  -- ISO-8601 UTC, of the machine that wrote it.
  at            text not null,
  -- Of the first event of an apply.
  plan_hash       text,
  source_identity text,
  tool_version    text,
  -- Of the last one.
  stopped_by      text,
  -- Of an outcome.
  outcome         text check (outcome in ('applied', 'already_in_place', 'would_apply', 'skipped_stale', 'blocked',
    'failed', 'unknown', 'not_attempted')),
  reason          text,
  before_value    text,
  after_value     text,
  http_status     integer,
  request_id      text,
  check (json_extract(body, '$.event_id') is event_id),
  check (json_extract(body, '$.attempt_id') is attempt_id),
  check (json_extract(body, '$.plan_id') is plan_id),
  check (json_extract(body, '$.mode') is mode),
  check (json_extract(body, '$.kind') is kind),
  check (json_extract(body, '$.position') is position),
  check (json_extract(body, '$.previous_hash') is previous_hash),
  check (json_extract(body, '$.at') is at),
  check (json_extract(body, '$.plan_hash') is plan_hash),
  check (json_extract(body, '$.source_identity') is source_identity),
  check (json_extract(body, '$.tool_version') is tool_version),
  check (json_extract(body, '$.stopped_by') is stopped_by),
  check (json_extract(body, '$.outcome') is outcome),
  check (json_extract(body, '$.reason') is reason),
  check (json_extract(body, '$.before') is before_value),
  check (json_extract(body, '$.after') is after_value),
  check (json_extract(body, '$.status') is http_status),
  check (json_extract(body, '$.request_id') is request_id),
  check ((kind in ('intent', 'answer', 'outcome')) = (position is not null)),
  check ((kind = 'outcome') = (outcome is not null))
) strict;

CREATE INDEX _apply_events_by_attempt on apply_events (attempt_id, position);

CREATE UNIQUE INDEX _apply_events_by_hash on apply_events (hash);

CREATE INDEX _apply_events_by_plan on apply_events (plan_id);

CREATE UNIQUE INDEX _apply_events_by_previous_hash on apply_events (previous_hash);

CREATE UNIQUE INDEX _apply_events_end on apply_events (attempt_id) where kind = 'apply_ended';

CREATE UNIQUE INDEX _apply_events_live_use on apply_events (plan_id) where kind = 'apply_started' and mode = 'live';

CREATE UNIQUE INDEX _apply_events_outcome on apply_events (attempt_id, position) where kind = 'outcome';

CREATE UNIQUE INDEX _apply_events_start on apply_events (attempt_id) where kind = 'apply_started';

CREATE TRIGGER _apply_events_delete before delete on apply_events
begin
  select raise(abort, 'a receipt is only ever added to');
end;

CREATE TRIGGER _apply_events_insert before insert on apply_events
when new.event_id is not (select coalesce(max(e.event_id), 0) + 1 from apply_events as e)
or new.previous_hash is not coalesce(
  (select e.hash from apply_events as e order by e.event_id desc limit 1),
  '0000000000000000000000000000000000000000000000000000000000000000'
)
or exists (
  select 1 from apply_events as e where e.hash = new.hash
)
or exists (
  select 1 from apply_events as e where e.attempt_id = new.attempt_id and e.kind = 'apply_ended'
)
or (
  new.kind = 'apply_started' and exists (
    select 1 from apply_events as e
    where e.attempt_id = new.attempt_id
      or (new.mode = 'live' and e.mode = 'live' and e.plan_id = new.plan_id)
  )
)
or (
  new.kind <> 'apply_started' and not exists (
    select 1 from apply_events as e
    where e.attempt_id = new.attempt_id and e.kind = 'apply_started'
      and e.plan_id = new.plan_id and e.mode = new.mode
  )
)
or (
  new.kind in ('intent', 'answer', 'outcome') and exists (
    select 1 from apply_events as e
    where e.attempt_id = new.attempt_id and e.position = new.position and e.kind = 'outcome'
  )
)
begin
  select raise(abort, 'a receipt is only ever added to');
end;

CREATE TRIGGER _apply_events_update before update on apply_events
begin
  select raise(abort, 'a receipt is only ever added to');
end;

CREATE TABLE data_dictionary (
  object_name text not null,
  -- Empty for the row that says what a row of the object is.
  column_name text not null,
  description text not null, "references" text,
  primary key (object_name, column_name)
) strict, without rowid;

CREATE TABLE ingest_rejections (
  snapshot_id integer not null,
  line        integer,
  column_name text,
  reason      text not null,
  value       text
, account_id text) strict;

CREATE INDEX _ingest_rejections_by_snapshot on ingest_rejections (snapshot_id);

CREATE TABLE ingest_warnings (
  snapshot_id  integer not null,
  line         integer,
  column_name  text,
  reason       text not null,
  value        text,
  subject_kind text not null check (subject_kind in
    ('account', 'organization', 'user', 'organization_membership', 'ticket', 'collection')),
  subject_id   text
) strict;

CREATE INDEX _ingest_warnings_by_snapshot on ingest_warnings (snapshot_id);

CREATE TABLE plan_actions (
  plan_id           integer not null references _plans (plan_id),
  -- 1 for the action that is applied first; refusals come after the actions.
  position          integer not null,
  -- Names the same repair in every plan; null where there is none.
  action_id         text,
  issue_key         text not null,
  code              text not null,
  account_id        text not null,
  action            text check (action in
    ('set_org_external_id', 'add_org_domain', 'assign_user_to_org', 'move_user_to_org')),
  status            text not null check (status in ('planned', 'deferred', 'refused')),
  -- Why a row that is not planned is not.
  blocked_reason    text,
  -- JSON array of action_ids of the same plan that must have been applied before.
  depends_on        text not null,
  organization_id   integer,
  user_id           integer,
  membership_id     integer,
  domain            text,
  -- JSON objects: what the action writes, what is expected before it, what must hold, who is affected.
  new_value         text,
  expected          text,
  preconditions     text,
  blast_radius      text,
  primary key (plan_id, position),
  check ((status = 'planned') = (blocked_reason is null))
) strict, without rowid;

CREATE UNIQUE INDEX _plan_actions_by_action on plan_actions (plan_id, action_id) where action_id is not null;

CREATE UNIQUE INDEX _plan_actions_by_issue on plan_actions (plan_id, issue_key);

CREATE INDEX _plan_actions_by_issue_key on plan_actions (issue_key);

CREATE TRIGGER _plan_actions_delete before delete on plan_actions
begin
  select raise(abort, 'a plan never changes');
end;

CREATE TRIGGER _plan_actions_insert before insert on plan_actions
when exists (
  select 1 from plan_actions as a where a.plan_id = new.plan_id and a.position = new.position
)
or exists (
  select 1 from plan_actions as a where a.plan_id = new.plan_id and a.issue_key = new.issue_key
)
or exists (
  select 1 from plan_actions as a where a.plan_id = new.plan_id and a.action_id = new.action_id
)
or not exists (
  select 1 from _plans as p where p.plan_id = new.plan_id and new.position between 1 and p.row_count
)
begin
  select raise(abort, 'a plan never changes');
end;

CREATE TRIGGER _plan_actions_update before update on plan_actions
begin
  select raise(abort, 'a plan never changes');
end;

CREATE TABLE rule_versions (
  code          text not null,
  version       integer not null,
  family        text not null check (family in ('drift', 'hygiene')),
  layer         text not null check (layer in ('organization', 'user', 'ticket')),
  severity      text not null check (severity in ('critical', 'high', 'medium', 'low')),
  title         text not null,
  -- The repair that the code may lead to; null where there is none.
  action        text,
  needs         text not null,
  sql           text not null,
  sql_sha256    text not null,
  documentation text not null, class text, class_without_membership text, reason text, reason_of_account text, next_step text, cause text check (cause in ('current_organization', 'domain', 'account')), evidence text, reads text,
  primary key (code, version)
) strict;

CREATE TABLE run_coverage (
  run_id               integer not null references runs (run_id),
  code                 text not null,
  rule_version         integer not null,
  family               text not null,
  is_evaluated         integer not null check (is_evaluated in (0, 1)),
  -- Why the code was not evaluated; null if it was.
  reason               text,
  -- Null if the code was not evaluated: not known is not zero.
  issue_count          integer,
  -- Closed tickets too old to raise an issue; null for all but ticket codes.
  outside_window_count integer,
  bound_since          text,
  -- The latest earlier run that evaluated the same code; null if there is none.
  previous_run_id      integer,
  -- 1 for the first run that evaluated the code, 2 for the next; null if this one did not.
  evaluation_number    integer,
  primary key (run_id, code)
) strict, without rowid;

CREATE TABLE runs (
  run_id                 integer primary key,
  salesforce_snapshot_id integer not null references snapshots (snapshot_id),
  zendesk_snapshot_id    integer not null references snapshots (snapshot_id),
  started_at             text not null,
  -- SHA-256 over the rules, the personal domains, the suppressions and the options in force.
  rule_set_digest        text not null,
  tool_version           text not null,
  -- JSON object: the options of the audit.
  options                text not null, rules_digest text, personal_domains_digest text, as_of text not null default '', is_delta integer not null default 0 check (is_delta in (0, 1)),
  unique (salesforce_snapshot_id, zendesk_snapshot_id, rule_set_digest)
) strict;

CREATE INDEX _runs_by_zendesk_snapshot on runs (zendesk_snapshot_id);

CREATE TABLE snapshot_collections (
  snapshot_id           integer not null,
  collection            text not null check (collection in
    ('accounts', 'organizations', 'users', 'organization_memberships', 'tickets')),
  outcome               text not null check (outcome in
    ('complete', 'partial', 'not_permitted', 'skipped', 'bounded')),
  reason                text,
  row_count             integer not null,
  page_count            integer not null,
  repeated_count        integer not null,
  first_cursor          text,
  last_cursor           text,
  is_end_of_stream_seen integer not null check (is_end_of_stream_seen in (0, 1)),
  started_at            text not null,
  finished_at           text not null,
  -- ISO-8601 date or time: tickets created before it were not read.
  bound_since           text, reading text not null default 'walk'
  check (reading in ('walk', 'continued')), changed_count integer, continue_at text, unread_count integer not null default 0,
  primary key (snapshot_id, collection)
) strict, without rowid;

CREATE TABLE snapshots (
  snapshot_id            integer primary key,
  source                 text not null check (source in ('salesforce', 'zendesk')),
  -- ISO-8601 UTC. When the source was read; where nobody said so, when it was ingested.
  taken_at               text not null,
  taken_at_source        text not null check (taken_at_source in ('given', 'manifest', 'api', 'ingest')),
  ingested_at            text not null,
  -- subdomain/account_id of Zendesk, subdomain alone if the account id is unknown. Null: unidentified.
  source_identity        text,
  -- SHA-256 over the bytes that were read.
  input_digest           text not null,
  state                  text not null check (state in ('complete', 'partial')),
  -- Whether one user may belong to several organizations (Zendesk only).
  multiple_organizations text check (multiple_organizations in ('allowed', 'not_allowed', 'unknown')),
  -- JSON object: the options and, for a CSV, the columns that were chosen.
  options                text not null
) strict;

CREATE INDEX _snapshots_by_digest on snapshots (input_digest);

CREATE INDEX _snapshots_by_source on snapshots (source, snapshot_id);

CREATE TABLE suppressions (
  suppression_id integer primary key,
  -- Either one issue key, or a code and an account.
  issue_key      text,
  code           text,
  account_id     text,
  reason         text not null,
  owner          text not null,
  created_at     text not null,
  -- ISO-8601 date; the suppression holds until the end of that day, UTC.
  expires_on     text not null check (expires_on glob '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
  removed_at     text, is_family integer not null default 0
  check (is_family in (0, 1) and (is_family = 0 or account_id is not null)),
  check ((issue_key is not null and code is null and account_id is null)
      or (issue_key is null and code is not null and account_id is not null))
) strict;

-- view _comparable_predictions (plan_id, run_id)
-- view _issue_causes (run_id, issue_key, cause_kind, cause_id, code, account_id, user_id, open_ticket_id)
-- view _issue_details (run_id, issue_key, code, rule_version, family, layer, severity, severity_rank, cause, class, class_without_membership, account_id, account_name, owner, subject_kind, subject_id, organization_id, actual_organization_id, email_domain, user_id, ticket_id, domain, disposition, action, blocked_reason, suppressed_by, suggested_action, root_issue_key, reason, evidence, accepted_by, fingerprint, url)
-- view _run_pair_codes (old_run_id, new_run_id, code, family, is_comparable, why, is_version_changed, old_bound_since, old_listed_snapshot_id)
-- view _run_pairs (old_run_id, new_run_id, is_same_records, is_rule_changed)
-- view account_links (run_id, account_id, link_state, organization_id, match_rule, organization_name)
-- view apply_attempts (attempt_id, plan_id, plan_hash, mode, state, started_at, ended_at, stopped_by, source_identity, tool_version, resumed_count, write_count, head)
-- view causes (run_id, cause_kind, cause_id, cause_name, issue_count, account_count, user_count, open_ticket_count, codes)
-- view decisions (decision_id, issue_key, fingerprint, decision, until, note, assignee, decided_by, decided_at, run_id, source_digest, is_in_force, account_id)
-- view detect_account_missing_zendesk_org (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_email_domain_outside_org (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_external_id_not_canonical (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_org_domain_attached_elsewhere (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_org_duplicate_external_id (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_org_external_id_conflict (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_org_missing_expected_domain (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_org_missing_external_id (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_orphan_org (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_personal_domain_on_org (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_stored_org_id_dangling (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_ticket_missing_org (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_ticket_org_mismatch (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_user_default_org_not_expected (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_user_domain_ambiguous (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_user_missing_expected_membership (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view detect_user_resolution_blocked_duplicate_external_id (run_id, account_id, subject_kind, subject_id, domain, organization_id, disposition, action, blocked_reason, suggested_action, evidence)
-- view exceptions_by_account (run_id, sf_account_id, account_name, owner, triage_status, total_issue_count, prepared_action_count, blocked_action_count, review_count, detect_only_count, suppressed_count, max_severity, affected_user_count, affected_open_ticket_count, top_issue_codes, top_blocked_reasons, zendesk_org_id, zendesk_org_name, zendesk_org_url, candidate_orgs, link_state, match_rule, first_seen_run, first_seen_at, suggested_next_step, snapshot_dates)
-- view issue_changes (previous_run_id, run_id, issue_key, change, is_rule_changed)
-- view issue_history (issue_key, code, account_id, first_run_id, last_run_id, first_seen_at, last_seen_at, resolved_at, disposition, run_count, reopened_count, is_open, repaired_by_plan_id)
-- view issues (run_id, issue_key, code, rule_version, layer, severity, account_id, account_name, subject_kind, subject_id, organization_id, actual_organization_id, owner, severity_rank, email_domain, user_id, ticket_id, domain, disposition, action, blocked_reason, suppressed_by, accepted_by, suggested_action, root_issue_key, reason, evidence, url)
-- view latest_account_links (run_id, account_id, link_state, organization_id, match_rule, organization_name)
-- view latest_exceptions_by_account (run_id, sf_account_id, account_name, owner, triage_status, total_issue_count, prepared_action_count, blocked_action_count, review_count, detect_only_count, suppressed_count, max_severity, affected_user_count, affected_open_ticket_count, top_issue_codes, top_blocked_reasons, zendesk_org_id, zendesk_org_name, zendesk_org_url, candidate_orgs, link_state, match_rule, first_seen_run, first_seen_at, suggested_next_step, snapshot_dates)
-- view latest_issues (run_id, issue_key, code, rule_version, layer, severity, account_id, account_name, subject_kind, subject_id, organization_id, actual_organization_id, owner, severity_rank, email_domain, user_id, ticket_id, domain, disposition, action, blocked_reason, suppressed_by, accepted_by, suggested_action, root_issue_key, reason, evidence, url)
-- view latest_salesforce_account_domains (snapshot_id, account_id, domain, is_usable)
-- view latest_salesforce_accounts (snapshot_id, account_id, account_name, stored_organization_id, stored_organization_raw, owner, parent_account_id, extra)
-- view latest_zendesk_organization_domains (snapshot_id, organization_id, domain)
-- view latest_zendesk_organization_keys (snapshot_id, organization_id, field, account_id)
-- view latest_zendesk_organization_memberships (snapshot_id, membership_id, user_id, organization_id, is_default, created_at)
-- view latest_zendesk_organizations (snapshot_id, organization_id, name, external_id, external_id_key, external_account_id, shared_tickets, shared_comments, domain_names, created_at, account_fields, account_key, key_account_id, undecided_fields)
-- view latest_zendesk_tickets (snapshot_id, ticket_id, requester_id, organization_id, status, created_at, brand_id, via_channel, subject, undecided_fields)
-- view latest_zendesk_users (snapshot_id, user_id, name, email, email_domain, external_id, external_id_key, role, is_verified, is_active, is_suspended, is_shared, default_organization_id, created_at, ticket_restriction, undecided_fields)
-- view link_accepted_risk (issue_key, fingerprint, decision_id)
-- view link_account (account_id, link_state, organization_id, match_rule, is_stored_dangling, is_stored_unreadable)
-- view link_account_name (account_id, name_key, place)
-- view link_account_people (account_id, eligible_user_count, open_ticket_count)
-- view link_ancestor (account_id, ancestor_account_id)
-- view link_asked_domain (domain_id, adding_account_id, adding_organization_id)
-- view link_candidate (account_id, organization_id, is_kept, is_blank)
-- view link_claim (account_id, match_rule, organization_id)
-- view link_claimant (account_id, claimant_account_id)
-- view link_domain_expectation (domain_id, owner_count, account_id, link_state, organization_id)
-- view link_domain_holder (domain_id, organization_id)
-- view link_domain_owner (domain_id, owner_count, first_account_id)
-- view link_domain_people (domain_id, eligible_user_count, open_ticket_count)
-- view link_domain_pull (domain_id, pulled_in_count, foreign_count, foreign_undecided_count, seeing_count, seeing_undecided_count, undecided_count, elsewhere_count, elsewhere_undecided_count)
-- view link_domain_user (user_id, domain_id, is_decided, is_verified, ticket_restriction)
-- view link_expected_domain (domain_id, account_id)
-- view link_field_account (organization_id, account_id, field)
-- view link_known_account (account_id, is_unread, has_id, stored_organization_id, is_stored_unreadable, parent_account_id)
-- view link_member (organization_id, domain_id, eligible_count, undecided_count)
-- view link_missing (account_id, near_count, own_count, served_count, is_absence_proven)
-- view link_name (name_key, account_count)
-- view link_near_organization (account_id, organization_id, sign, field, is_foreign)
-- view link_organization (organization_id, name_key, first_account_id, last_account_id, is_blank, is_key_undecided, is_foreign_undecided, is_sharing, is_sharing_undecided, is_domains_undecided, is_fields_undecided, is_asked)
-- view link_orphan (organization_id, is_blank)
-- view link_orphan_activity (organization_id, member_count, default_user_count, ticket_count)
-- view link_related_domain (account_id, domain_id)
-- view link_ticket_drift (ticket_id, requester_id, domain_id, account_id, expected_organization_id, organization_id, status, created_at, is_outside_window, is_organization_known, is_requester_member, is_requester_expected_member, requester_organization_id)
-- view link_user_drift (user_id, kind, domain_id, account_id, link_state, organization_id, default_organization_id, is_verified, is_shared, ticket_restriction, membership_count, other_membership_count)
-- view link_user_home (user_id, foreign_organization_id, undecided_organization_id)
-- view link_verdict (account_id, organization_id, link_state, match_rule, is_blank, is_external_id_in_use, is_claimed, is_stored_useless, is_candidate_ambiguous, is_domain_disagreeing, is_uncorroborated, is_field_of_other, is_looking_like_other, is_every_domain_shared, is_every_domain_related, is_sharing, is_sharing_undecided, is_domains_undecided, is_fields_undecided, is_member_undecided, other_name_count, member_count, member_own_count)
-- view organization_activity (run_id, organization_id, member_count, ticket_count, open_ticket_count, is_ticket_count_known)
-- view organization_findings (run_id, class, family, severity, severity_rank, issue_key, account_id, account_name, owner, organization_id, domain, disposition, blocked_reason, suggested_action, evidence, url)
-- view personal_domains (domain, kind, origin, is_removed, changed_at, is_covering_sub_hosts)
-- view plans (plan_id, plan_hash, run_id, state, is_outdated, created_at, tool_version, source_identity, filters, planned_count, deferred_count, refused_count)
-- view receipts (attempt_id, plan_id, mode, position, action_id, issue_key, code, account_id, action, organization_id, user_id, domain, accepted_by, outcome, reason, before_value, after_value, http_status, request_id, decided_at, event_id, hash)
-- view salesforce_account_domains (snapshot_id, account_id, domain, is_usable)
-- view salesforce_accounts (snapshot_id, account_id, account_name, stored_organization_id, stored_organization_raw, owner, parent_account_id, extra)
-- view ticket_accounts (run_id, ticket_id, expected_account_id, actual_account_id, expected_organization_id, actual_organization_id)
-- view ticket_findings (run_id, class, family, severity, severity_rank, issue_key, account_id, account_name, owner, ticket_id, organization_id, actual_organization_id, requester_id, requester_default_organization_id, is_requester_member, domain, disposition, suggested_action, evidence, url)
-- view user_accounts (run_id, user_id, expected_account_id, actual_account_id, expected_organization_id, actual_organization_id)
-- view user_findings (run_id, class, family, severity, severity_rank, issue_key, account_id, account_name, owner, user_id, organization_id, actual_organization_id, domain, disposition, blocked_reason, suggested_action, evidence, url)
-- view zendesk_organization_domains (snapshot_id, organization_id, domain)
-- view zendesk_organization_keys (snapshot_id, organization_id, field, account_id)
-- view zendesk_organization_memberships (snapshot_id, membership_id, user_id, organization_id, is_default, created_at)
-- view zendesk_organizations (snapshot_id, organization_id, name, external_id, external_id_key, external_account_id, shared_tickets, shared_comments, domain_names, created_at, account_fields, account_key, key_account_id, undecided_fields)
-- view zendesk_tickets (snapshot_id, ticket_id, requester_id, organization_id, status, created_at, brand_id, via_channel, subject, undecided_fields)
-- view zendesk_users (snapshot_id, user_id, name, email, email_domain, external_id, external_id_key, role, is_verified, is_active, is_suspended, is_shared, default_organization_id, created_at, ticket_restriction, undecided_fields)
