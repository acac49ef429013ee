-- What a record does not say is undecided: null, never false. Flags, roles, statuses and lists of domains may be
-- null now, so their tables are made anew. What an older warehouse does not hold is undecided as well.

create table _organization_versions_new (
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
  undecided_fields    text,
  primary key (organization_id, valid_from)
) strict, without rowid;

insert into _organization_versions_new
select
  organization_id, valid_from, valid_to, hash_high, hash_low, name, external_id, external_id_key, external_account_id,
  is_shared_tickets, is_shared_comments, domain_names, created_at, null, null, external_id_key, external_account_id, null
from _organization_versions;

drop table _organization_versions;
alter table _organization_versions_new rename to _organization_versions;
create index _organization_versions_by_start on _organization_versions (valid_from) where valid_from > 2;
create index _organization_versions_by_end on _organization_versions (valid_to)
  where valid_to < 9223372036854775807;

-- The account ids in fields of organizations.
create table _organization_key_versions (
  organization_id integer not null,
  field           text not null,
  account_id      text not null,
  valid_from      integer not null,
  valid_to        integer not null,
  primary key (organization_id, field, account_id, valid_from)
) strict, without rowid;

create table _user_versions_new (
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

insert into _user_versions_new
select
  user_id, valid_from, valid_to, hash_high, hash_low, name, email, email_domain_id, external_id, external_id_key,
  role, is_verified, is_active, is_suspended, is_shared, default_organization_id, created_at, null, null
from _user_versions;

drop table _user_versions;
alter table _user_versions_new rename to _user_versions;
create index _user_versions_by_start on _user_versions (valid_from) where valid_from > 2;
create index _user_versions_by_end on _user_versions (valid_to) where valid_to < 9223372036854775807;

create table _ticket_versions_new (
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

insert into _ticket_versions_new
select
  ticket_id, valid_from, valid_to, hash_high, hash_low, requester_id, requester_domain_id, organization_id, status,
  created_at, brand_id, via_channel, subject, null
from _ticket_versions;

drop table _ticket_versions;
alter table _ticket_versions_new rename to _ticket_versions;
create index _ticket_versions_by_start on _ticket_versions (valid_from) where valid_from > 2;
create index _ticket_versions_by_end on _ticket_versions (valid_to) where valid_to < 9223372036854775807;

pragma user_version = 8;
