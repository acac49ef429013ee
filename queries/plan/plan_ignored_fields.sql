-- One row per organization field whose account ids do not count: the one that holds the key, and those for another
-- purpose.
select cast(json_extract(s.options, '$.account_id_field') as text) as field
from runs as r
cross join snapshots as s
where r.run_id = :run_id
  and s.snapshot_id = r.zendesk_snapshot_id
  and json_extract(s.options, '$.account_id_field') is not null
union
select cast(f.value as text) as field
from runs as r
cross join snapshots as s
cross join json_each(coalesce(json_extract(s.options, '$.ignore_fields'), '[]')) as f
where r.run_id = :run_id
  and s.snapshot_id = r.zendesk_snapshot_id
order by 1
