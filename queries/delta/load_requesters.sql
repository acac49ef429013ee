-- The issues of requesters that tickets may wait for, whosever they are.
insert or ignore into temp.detected (
  issue_key, code, rule_version, family, layer, severity, account_id, subject_kind, subject_id, organization_id,
  user_id, ticket_id, domain, disposition, action, blocked_reason, suggested_action, evidence, is_open_ticket,
  suppressed_by
)
select
  v.issue_key, v.code, v.rule_version, e.family, e.layer, e.severity, v.account_id, v.subject_kind, v.subject_id,
  v.organization_id, v.user_id, v.ticket_id, v.domain, v.disposition, v.action, v.blocked_reason,
  v.suggested_action, v.evidence, 0, v.suppressed_by
from (
  -- One row per requester.
  select distinct d.user_id
  from temp.detected as d
  where d.layer = 'ticket'
    and d.user_id is not null
) as u
cross join temp.delta_code as e
cross join _issue_versions as v
where e.scope = 'user'
  and v.issue_key >= e.code || '/' || cast(u.user_id as text)
  and v.issue_key < e.code || '/' || cast(u.user_id as text) || '0'
  and v.valid_to = 9223372036854775807
  and e.rule_version = v.rule_version
  and not exists (
    select 1
    from temp.rechecked as r
    where r.issue_key = v.issue_key
  )
