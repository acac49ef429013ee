-- Begins a version for every issue that has none open.
insert into _issue_versions (
  issue_key, valid_from, valid_to, hash_high, hash_low, code, rule_version, account_id, subject_kind,
  subject_id, organization_id, user_id, ticket_id, domain, disposition, action, blocked_reason,
  suppressed_by, suggested_action, root_issue_key, evidence, is_same
)
select
  d.issue_key, :run_id, 9223372036854775807, hash_high(d.content_hash), hash_low(d.content_hash), d.code, d.rule_version, d.account_id,
  d.subject_kind, d.subject_id, d.organization_id, d.user_id, d.ticket_id, d.domain, d.disposition, d.action,
  d.blocked_reason, d.suppressed_by, d.suggested_action, d.root_issue_key, d.evidence,
  case
    when exists (
      select 1
      from _issue_versions as p
      where p.issue_key = d.issue_key
        and p.valid_to = :run_id
        and p.hash_high = hash_high(d.content_hash)
        and p.hash_low = hash_low(d.content_hash)
    ) then 1
    else 0
  end
from temp.detected as d
where not exists (
  select 1
  from _issue_versions as v
  where v.issue_key = d.issue_key
    and v.valid_to = 9223372036854775807
)
