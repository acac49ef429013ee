-- Begins a version for every issue that has none open.
--
-- The hash leaves out what changes without the drift changing: which issue to look at first, and the keys of
-- evidence that the header of the rule calls volatile. meaningful_evidence stands for evidence without them.
insert into _issue_versions (
  issue_key, valid_from, valid_to, hash_high, hash_low, code, rule_version, account_id, subject_kind,
  subject_id, organization_id, user_id, ticket_id, domain, disposition, action, blocked_reason,
  suppressed_by, suggested_action, root_issue_key, evidence, accepted_decision_id, is_same
)
select
  o.issue_key, :run_id, 9223372036854775807, hash_high(o.content_hash), hash_low(o.content_hash), o.code,
  o.rule_version, o.account_id, o.subject_kind, o.subject_id, o.organization_id, o.user_id, o.ticket_id, o.domain,
  o.disposition, o.action, o.blocked_reason, o.suppressed_by, o.suggested_action, o.root_issue_key, o.evidence,
  json_extract(o.evidence, '$.accepted_decision_id'),
  case
    when exists (
      select 1
      from _issue_versions as p
      where p.issue_key = o.issue_key
        and p.valid_to = :run_id
        and p.hash_high = hash_high(o.content_hash)
        and p.hash_low = hash_low(o.content_hash)
    ) then 1
    else 0
  end
from (
  -- One row per issue to be opened. With a limit, even one that cuts nothing off, SQLite works out the hash once
  -- for each, however often it is used above.
  select
    d.issue_key, d.code, d.rule_version, d.account_id, d.subject_kind, d.subject_id, d.organization_id, d.user_id,
    d.ticket_id, d.domain, d.disposition, d.action, d.blocked_reason, d.suppressed_by, d.suggested_action,
    d.root_issue_key, d.evidence,
    content_hash(d.code, d.account_id, d.subject_id, d.organization_id, d.user_id, d.domain, d.disposition,
      d.action, d.blocked_reason, d.suppressed_by, d.suggested_action, meaningful_evidence) as content_hash
  from temp.detected as d
  where not exists (
    select 1
    from _issue_versions as v
    where v.issue_key = d.issue_key
      and v.valid_to = 9223372036854775807
  )
  limit -1
) as o
where true
