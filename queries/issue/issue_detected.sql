-- One row per finding of one rule, with the key of its issue and what the rule's header says.
--
-- detect_rule stands for the view of the rule, :code and :rule_version for its code and version. The rows of
-- all rules together are the relation detected, which the other texts of this folder read.
with finding as (
  -- One row per finding, with its user or its ticket as a number.
  select
    d.account_id as account_id,
    d.subject_kind as subject_kind,
    d.subject_id as subject_id,
    d.organization_id as organization_id,
    case d.subject_kind when 'user' then cast(d.subject_id as bigint) end as user_id,
    case d.subject_kind when 'ticket' then cast(d.subject_id as bigint) end as ticket_id,
    d.domain as domain,
    d.disposition as disposition,
    d.action as action,
    d.blocked_reason as blocked_reason,
    d.suggested_action as suggested_action,
    d.evidence as evidence
  from detect_rule as d
)
select
  q.code
  || case
    when q.family = 'drift' and q.layer = 'organization' then '/' || f.account_id
    else ''
  end
  || '/' || f.subject_id
  || case
    when q.family = 'hygiene' and f.subject_kind = 'user' then '/' || cast(f.organization_id as text)
    else coalesce('/' || f.domain, '')
  end as issue_key,
  q.code as code,
  q.version as rule_version,
  q.family as family,
  q.layer as layer,
  q.severity as severity,
  f.account_id as account_id,
  f.subject_kind as subject_kind,
  f.subject_id as subject_id,
  f.organization_id as organization_id,
  -- The user of a ticket is its requester.
  coalesce(f.user_id, t.requester_id) as user_id,
  f.ticket_id as ticket_id,
  f.domain as domain,
  f.disposition as disposition,
  f.action as action,
  f.blocked_reason as blocked_reason,
  f.suggested_action as suggested_action,
  f.evidence as evidence,
  case when t.status <> 'closed' and t.status <> 'deleted' then 1 else 0 end as is_open_ticket
from _run_context as c
cross join rule_versions as q
cross join finding as f
left join _ticket_versions as t
  on t.ticket_id = f.ticket_id
  and t.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < t.valid_to
where q.code = :code
  and q.version = :rule_version
