-- One row per finding about an account or its organization, in the words of support operations.
select
  d.run_id as run_id,
  case d.code
    when 'account_missing_zendesk_org' then 'missing_org'
    when 'org_missing_external_id' then 'missing_external_id'
    when 'org_external_id_conflict' then 'external_id_conflict'
    when 'org_duplicate_external_id' then 'duplicate_external_id'
    when 'org_missing_expected_domain' then 'domain_mismatch'
    when 'org_domain_attached_elsewhere' then 'domain_mismatch'
    else d.code
  end as class,
  d.family as family,
  d.severity as severity,
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
  d.url as url
from _issue_details as d
where d.layer = 'organization'
