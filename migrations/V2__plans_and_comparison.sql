-- Plans, and what comparing two runs needs: ends and starts of record versions by snapshot, and what the
-- rules of a run were made of.

-- SHA-256 over the texts of rules and link views and the way names are normalized, and over the personal
-- domains in force: two runs with equal ones differ in their records, options or suppressions only. Null in
-- runs of an older orgdrift.
alter table runs add column rules_digest text;
alter table runs add column personal_domains_digest text;

-- What changed between two adjacent snapshots is found from the ends and the starts of the versions. What
-- the first snapshots of a warehouse (1 and 2) read is no change: without it the indexes stay small.
create index _account_versions_by_start on _account_versions (valid_from) where valid_from > 2;
create index _account_versions_by_end on _account_versions (valid_to) where valid_to < 9223372036854775807;
create index _account_domain_versions_by_start on _account_domain_versions (valid_from) where valid_from > 2;
create index _account_domain_versions_by_end on _account_domain_versions (valid_to)
  where valid_to < 9223372036854775807;
create index _organization_versions_by_start on _organization_versions (valid_from) where valid_from > 2;
create index _organization_versions_by_end on _organization_versions (valid_to)
  where valid_to < 9223372036854775807;
create index _user_versions_by_start on _user_versions (valid_from) where valid_from > 2;
create index _user_versions_by_end on _user_versions (valid_to) where valid_to < 9223372036854775807;
create index _membership_versions_by_start on _membership_versions (valid_from) where valid_from > 2;
create index _membership_versions_by_end on _membership_versions (valid_to)
  where valid_to < 9223372036854775807;
create index _ticket_versions_by_start on _ticket_versions (valid_from) where valid_from > 2;
create index _ticket_versions_by_end on _ticket_versions (valid_to) where valid_to < 9223372036854775807;

-- 1 where a version differs from the one before it in counts of people only: it is no change of the issue.
alter table _issue_versions add column is_same integer not null default 0;
create index _issue_versions_by_change on _issue_versions (valid_from, code) where is_same = 0;

-- One row per plan. It never changes: whether it can still be used follows from runs and snapshots.
create table _plans (
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

create unique index _plans_by_run on _plans (run_id, plan_hash);
create index _plans_by_hash on _plans (plan_hash);

-- One row per issue of the run that the plan was asked for: the repair, or why there is none.
create table plan_actions (
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

create unique index _plan_actions_by_issue on plan_actions (plan_id, issue_key);
create unique index _plan_actions_by_action on plan_actions (plan_id, action_id) where action_id is not null;
-- Serves the question which plans touched an issue.
create index _plan_actions_by_issue_key on plan_actions (issue_key);

-- A plan is evidence: no row of it changes, none goes, none comes later. A delete trigger alone would not
-- see what INSERT OR REPLACE deletes unless recursive_triggers is on, so each insert looks for a row in its
-- way first.
create trigger _plans_insert before insert on _plans
when exists (
  select 1 from _plans as p where p.plan_id = new.plan_id
)
or exists (
  select 1 from _plans as p where p.run_id = new.run_id and p.plan_hash = new.plan_hash
)
begin
  select raise(abort, 'a plan never changes');
end;
create trigger _plans_update before update on _plans
begin
  select raise(abort, 'a plan never changes');
end;
create trigger _plans_delete before delete on _plans
begin
  select raise(abort, 'a plan never changes');
end;
create trigger _plan_actions_insert before insert on plan_actions
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
create trigger _plan_actions_update before update on plan_actions
begin
  select raise(abort, 'a plan never changes');
end;
create trigger _plan_actions_delete before delete on plan_actions
begin
  select raise(abort, 'a plan never changes');
end;

pragma user_version = 2;
