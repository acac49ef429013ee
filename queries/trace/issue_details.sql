-- One row per issue or hygiene finding of a run (?1) among those of a list (?2, a JSON array of keys).
select
  d.issue_key as issue_key,
  d.disposition as disposition,
  d.action as action,
  d.blocked_reason as blocked_reason,
  d.suppressed_by as suppressed_by,
  d.suggested_action as suggested_action,
  d.root_issue_key as root_issue_key,
  d.code as code,
  d.reason as reason,
  d.evidence as evidence,
  d.url as url,
  d.subject_kind as subject_kind
from json_each(?2) as j
cross join _issue_details as d
where d.run_id = ?1
  and d.issue_key = j.value
