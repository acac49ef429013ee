-- One row per code of a run, drift before hygiene: its open issues, and why they are not known.
--
-- issue_count is null where the code was not evaluated. :run_id is the run.
select
  k.code as code,
  k.family as family,
  q.severity as severity,
  q.title as title,
  k.is_evaluated as is_evaluated,
  k.reason as reason,
  case
    when k.is_evaluated = 1 then k.issue_count - (
      select count(*)
      from issues as i
      where i.run_id = k.run_id
        and i.code = k.code
        and i.disposition = 'suppressed'
    )
  end as issue_count,
  (
    select count(*)
    from issues as i
    where i.run_id = k.run_id
      and i.code = k.code
      and i.disposition = 'suppressed'
  ) as suppressed_count,
  k.bound_since as bound_since
from run_coverage as k
cross join rule_versions as q
where k.run_id = :run_id
  and q.code = k.code
  and q.version = k.rule_version
order by
  k.family,
  case q.severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end,
  k.code
