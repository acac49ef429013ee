-- One row: the last second, by the server's clock, in which the live apply of a plan may have written. A snapshot
-- shows what came of it if its fetch began later.
--
-- Events carry the time of this machine. How far the server's clock is ahead stands in the events that begin
-- or resume an apply; both count whole seconds, so the difference is known to a second.
with
  -- One row: how many seconds the server's clock is ahead at most.
  clock as (
    select
      coalesce(
        max(
          cast(strftime('%s', json_extract(e.body, '$.server_time')) as integer)
          - cast(strftime('%s', json_extract(e.body, '$.asked_at')) as integer)
        ),
        0
      ) as ahead
    from apply_events as e
    where e.plan_id = :plan_id
      and e.mode = 'live'
      and e.kind in ('apply_started', 'apply_resumed')
  )
select strftime('%Y-%m-%dT%H:%M:%SZ', max(cast(strftime('%s', e.at) as integer)) + c.ahead + 1, 'unixepoch') as after
from clock as c
cross join apply_events as e
where e.plan_id = :plan_id
  and e.mode = 'live'
  and e.kind <> 'apply_ended'
