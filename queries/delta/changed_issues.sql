-- The issues that came, went or changed in what the triage row of an account and the roots of its other issues are made
-- of: not hygiene findings, and of the evidence the status of a ticket alone.
insert into temp.changed_issue (issue_key, account_id, user_id)
select d.issue_key, d.account_id, d.user_id
from temp.delta_code as e
cross join temp.detected as d
where e.family = 'drift'
  and d.issue_key >= e.code || '/'
  and d.issue_key < e.code || '0'
  and not exists (
    select 1
    from _issue_versions as v
    where v.issue_key = d.issue_key
      and v.valid_to = 9223372036854775807
      and v.rule_version = d.rule_version
      and v.account_id is not distinct from d.account_id
      and v.organization_id is not distinct from d.organization_id
      and v.user_id is not distinct from d.user_id
      and v.domain is not distinct from d.domain
      and v.disposition = d.disposition
      and v.action is not distinct from d.action
      and v.blocked_reason is not distinct from d.blocked_reason
      and v.suppressed_by is not distinct from d.suppressed_by
      and v.suggested_action is not distinct from d.suggested_action
      and (e.layer <> 'ticket' or v.evidence = d.evidence)
  )
union all
select v.issue_key, v.account_id, v.user_id
from temp.rechecked as r
cross join _issue_versions as v
cross join temp.delta_code as e
where v.issue_key = r.issue_key
  and v.valid_to = 9223372036854775807
  and e.code = v.code
  and e.family = 'drift'
  and not exists (
    select 1
    from temp.detected as d
    where d.issue_key = v.issue_key
      and d.rule_version = v.rule_version
      and d.account_id is not distinct from v.account_id
      and d.organization_id is not distinct from v.organization_id
      and d.user_id is not distinct from v.user_id
      and d.domain is not distinct from v.domain
      and d.disposition = v.disposition
      and d.action is not distinct from v.action
      and d.blocked_reason is not distinct from v.blocked_reason
      and d.suppressed_by is not distinct from v.suppressed_by
      and d.suggested_action is not distinct from v.suggested_action
      and (e.layer <> 'ticket' or d.evidence = v.evidence)
  )
