-- Stages what one rule says. detect_rule stands for the view of the rule, whose rows are kept first: each
-- column is then worked out once, however often it is used.
--
-- The hash leaves out what changes without the drift changing: which issue to look at first, and the keys of
-- evidence that the header of the rule calls volatile. meaningful_evidence stands for evidence without them.
insert into temp.detected (
  issue_key, code, rule_version, family, layer, account_id, subject_kind, subject_id, organization_id,
  user_id, ticket_id, domain, disposition, action, blocked_reason, suggested_action, evidence, is_open_ticket,
  content_hash
)
with finding as materialized (
  -- One row per finding of the rule.
  select
    d.account_id as account_id,
    d.subject_kind as subject_kind,
    d.subject_id as subject_id,
    d.organization_id as organization_id,
    d.domain as domain,
    d.disposition as disposition,
    d.action as action,
    d.blocked_reason as blocked_reason,
    d.suggested_action as suggested_action,
    d.evidence as evidence,
    case d.subject_kind
      when 'user' then cast(d.subject_id as integer)
      when 'ticket' then json_extract(d.evidence, '$.requester_id')
    end as user_id
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
    when q.family = 'hygiene' and f.subject_kind = 'user' then '/' || f.organization_id
    else coalesce('/' || f.domain, '')
  end as issue_key,
  q.code,
  q.version,
  q.family,
  q.layer,
  f.account_id,
  f.subject_kind,
  f.subject_id,
  f.organization_id,
  f.user_id,
  case f.subject_kind when 'ticket' then cast(f.subject_id as integer) end as ticket_id,
  f.domain,
  f.disposition,
  f.action,
  f.blocked_reason,
  f.suggested_action,
  f.evidence,
  case
    when f.subject_kind = 'ticket' then
      json_extract(f.evidence, '$.status') in ('new', 'open', 'pending', 'hold')
    else 0
  end,
  content_hash(q.code, f.account_id, f.subject_id, f.organization_id, f.user_id, f.domain, f.disposition, f.action,
    f.blocked_reason, null, f.suggested_action,
    meaningful_evidence)
from rule_versions as q
cross join finding as f
where q.code = :code
  and q.version = :rule_version
