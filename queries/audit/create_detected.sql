-- What the rules of one run say, before it is compared with what earlier runs said: the rows of issue_detected,
-- with what is found out about them afterwards.
create temp table detected (
  issue_key        text primary key,
  code             text not null,
  rule_version     integer not null,
  family           text not null,
  layer            text not null,
  severity         text not null,
  account_id       text,
  subject_kind     text not null,
  subject_id       text not null,
  organization_id  integer,
  user_id          integer,
  ticket_id        integer,
  domain           text,
  disposition      text not null,
  action           text,
  blocked_reason   text,
  suggested_action text,
  evidence         text not null,
  -- 1 for a ticket that is neither closed nor deleted.
  is_open_ticket   integer not null,
  suppressed_by    integer,
  root_issue_key   text
) without rowid
