-- Audits that look only at what changed since the run before.

-- 1: what the run before found was kept where nothing changed, instead of found again.
alter table runs add column is_delta integer not null default 0 check (is_delta in (0, 1));

-- One row, or none: the run whose links the tables of links hold, and the digest of what it was made under besides
-- suppressions. Without it the next audit looks at everything.
create table _delta_base (
  only_row     integer primary key check (only_row = 1),
  run_id       integer not null,
  rules_digest text not null
) strict;

-- Serves the question which issues are suppressed: few are.
create index _issue_versions_suppressed on _issue_versions (issue_key) where suppressed_by is not null;

pragma user_version = 14;
