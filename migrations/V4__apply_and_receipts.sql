-- What was done with plans: a journal to which rows are only ever added.

-- One row per event of an apply. An intent is committed before its request is sent, an answer after it came,
-- an outcome when nothing more will be tried, so that a broken-off apply can be understood and finished.
--
-- The rows are a chain: hash is SHA-256 over body, byte for byte, and body names the hash of the row before.
-- The other columns repeat what body says, and are checked against it.
create table apply_events (
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

create unique index _apply_events_by_hash on apply_events (hash);
-- A chain has no forks.
create unique index _apply_events_by_previous_hash on apply_events (previous_hash);
-- A plan is used once, an apply begins and ends once, and nothing is decided twice.
create unique index _apply_events_live_use on apply_events (plan_id) where kind = 'apply_started' and mode = 'live';
create unique index _apply_events_start on apply_events (attempt_id) where kind = 'apply_started';
create unique index _apply_events_end on apply_events (attempt_id) where kind = 'apply_ended';
create unique index _apply_events_outcome on apply_events (attempt_id, position) where kind = 'outcome';
create index _apply_events_by_attempt on apply_events (attempt_id, position);
create index _apply_events_by_plan on apply_events (plan_id);

-- As in _plans: INSERT OR REPLACE deletes without a delete trigger, so each insert looks for a row in its way
-- first. A row that does not follow the last one is none of the chain.
create trigger _apply_events_insert before insert on apply_events
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
create trigger _apply_events_update before update on apply_events
begin
  select raise(abort, 'a receipt is only ever added to');
end;
create trigger _apply_events_delete before delete on apply_events
begin
  select raise(abort, 'a receipt is only ever added to');
end;

pragma user_version = 4;
