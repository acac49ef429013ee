-- One row per finding about an account or its organization, in the words of support operations.
select
  d.run_id as run_id,
  cast(d.class as text) as class,
  d.family as family,
  d.severity as severity,
  cast(d.severity_rank as bigint) as severity_rank,
  d.issue_key as issue_key,
  d.account_id as account_id,
  d.account_name as account_name,
  d.owner as owner,
  d.organization_id as organization_id,
  d.domain as domain,
  d.disposition as disposition,
  d.blocked_reason as blocked_reason,
  d.suggested_action as suggested_action,
  d.evidence as evidence,
  cast(d.url as text) as url
from _issue_details as d
where d.layer = 'organization'
