-- The issues of the touched accounts that were not looked at again, so that these accounts are whole.
insert into temp.detected (
  issue_key, code, rule_version, family, layer, severity, account_id, subject_kind, subject_id, organization_id,
  user_id, ticket_id, domain, disposition, action, blocked_reason, suggested_action, evidence, is_open_ticket,
  suppressed_by
)
select
  v.issue_key, v.code, v.rule_version, e.family, e.layer, e.severity, v.account_id, v.subject_kind, v.subject_id,
  v.organization_id, v.user_id, v.ticket_id, v.domain, v.disposition, v.action, v.blocked_reason,
  v.suggested_action, v.evidence,
  case when t.status <> 'closed' and t.status <> 'deleted' then 1 else 0 end,
  v.suppressed_by
from _run_context as c
cross join temp.touched_account as a
cross join _issue_versions as v
cross join temp.delta_code as e
left join _ticket_versions as t
  on t.ticket_id = v.ticket_id
  and t.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < t.valid_to
where v.account_id = a.account_id
  and v.valid_to = 9223372036854775807
  and e.code = v.code
  and e.scope <> 'whole'
  and e.rule_version = v.rule_version
  and e.family = 'drift'
  and not exists (
    select 1
    from temp.rechecked as r
    where r.issue_key = v.issue_key
  )
