-- One row per version of an issue or hygiene finding that names a record: ?1 is account, organization,
-- user or ticket, ?2 the id of an account, ?3 that of any other record.
--
-- An organization is named as the subject or as the expected one; a user as the subject or as the requester.
select
  v.issue_key as issue_key,
  v.code as code,
  q.family as family,
  q.layer as layer,
  q.severity as severity,
  v.account_id as account_id,
  v.subject_kind as subject_kind,
  v.subject_id as subject_id,
  v.organization_id as organization_id,
  v.domain as domain,
  v.valid_from as valid_from,
  v.valid_to as valid_to,
  v.close_reason as close_reason
from _issue_versions as v
cross join rule_versions as q
where case ?1
    when 'account' then v.account_id = ?2
    when 'organization' then
      v.organization_id = ?3
      or (v.subject_kind = 'organization' and v.subject_id = cast(?3 as text))
    when 'user' then v.user_id = ?3
    when 'ticket' then v.ticket_id = ?3
  end
  and q.code = v.code
  and q.version = v.rule_version
order by v.issue_key, v.valid_from
