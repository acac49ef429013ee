-- One row per account with issues, before it is compared with what earlier runs said.
create temp table triage (
  account_id                 text primary key,
  total_issue_count          integer not null,
  prepared_action_count      integer not null,
  blocked_action_count       integer not null,
  review_count               integer not null,
  detect_only_count          integer not null,
  suppressed_count           integer not null,
  max_severity               text,
  affected_user_count        integer not null,
  affected_open_ticket_count integer not null,
  first_code                 text,
  top_issue_codes            text,
  top_blocked_reasons        text,
  organization_id            integer,
  link_state                 text not null,
  first_seen_run             integer not null,
  candidate_orgs             text,
  content_hash               blob
) without rowid
