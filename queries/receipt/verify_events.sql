-- One row per event: with whether every column says what the body says, which the hash is over.
select
  e.event_id as event_id,
  e.attempt_id as attempt_id,
  e.plan_id as plan_id,
  e.mode as mode,
  e.kind as kind,
  e.position as position,
  e.body as body,
  e.previous_hash as previous_hash,
  e.hash as hash,
  case
    when json_valid(e.body) = 0 then 0
    else json_extract(e.body, '$.event_id') is e.event_id
      and json_extract(e.body, '$.attempt_id') is e.attempt_id
      and json_extract(e.body, '$.plan_id') is e.plan_id
      and json_extract(e.body, '$.mode') is e.mode
      and json_extract(e.body, '$.kind') is e.kind
      and json_extract(e.body, '$.position') is e.position
      and json_extract(e.body, '$.previous_hash') is e.previous_hash
      and json_extract(e.body, '$.at') is e.at
      and json_extract(e.body, '$.plan_hash') is e.plan_hash
      and json_extract(e.body, '$.source_identity') is e.source_identity
      and json_extract(e.body, '$.tool_version') is e.tool_version
      and json_extract(e.body, '$.stopped_by') is e.stopped_by
      and json_extract(e.body, '$.outcome') is e.outcome
      and json_extract(e.body, '$.reason') is e.reason
      and json_extract(e.body, '$.before') is e.before_value
      and json_extract(e.body, '$.after') is e.after_value
      and json_extract(e.body, '$.status') is e.http_status
      and json_extract(e.body, '$.request_id') is e.request_id
  end as is_consistent
from apply_events as e
order by e.event_id
