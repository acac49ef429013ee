-- One row per issue of the newest run: what a decision about it may rest on.
--
-- is_prepared counts the risks that people accepted, which the fingerprint does not. other_suppression_id is a suppression in force on the day of the run that no decision made.
select
  d.issue_key as issue_key,
  d.fingerprint as fingerprint,
  case
    when d.suppressed_by is not null and not exists (
      select 1
      from _decisions as k
      where k.suppression_id = d.suppressed_by
    ) then d.suppressed_by
  end as other_suppression_id,
  case when d.action is not null and d.blocked_reason is null then 1 else 0 end as is_prepared
from _issue_details as d
where d.run_id = (select max(r.run_id) from runs as r)
  and d.family = 'drift'
