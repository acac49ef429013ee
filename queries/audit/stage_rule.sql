-- Stages what one rule says. detect_rule stands for the view of the rule.
insert into temp.detected (
  issue_key, code, rule_version, family, layer, account_id, subject_kind, subject_id, organization_id,
  user_id, ticket_id, domain, disposition, action, blocked_reason, suggested_action, evidence
)
select
  q.code
  || case
    when q.family = 'drift' and q.layer = 'organization' then '/' || d.account_id
    else ''
  end
  || '/' || d.subject_id
  || case
    when q.family = 'hygiene' and d.subject_kind = 'user' then '/' || d.organization_id
    else coalesce('/' || d.domain, '')
  end as issue_key,
  q.code,
  q.version,
  q.family,
  q.layer,
  d.account_id,
  d.subject_kind,
  d.subject_id,
  d.organization_id,
  case d.subject_kind
    when 'user' then cast(d.subject_id as integer)
    when 'ticket' then json_extract(d.evidence, '$.requester_id')
  end as user_id,
  case d.subject_kind when 'ticket' then cast(d.subject_id as integer) end as ticket_id,
  d.domain,
  d.disposition,
  d.action,
  d.blocked_reason,
  d.suggested_action,
  d.evidence
from rule_versions as q
cross join detect_rule as d
where q.code = :code
  and q.version = :rule_version
on conflict (issue_key) do nothing
