-- A suppressed issue keeps its refusal and its suggestion; the disposition says that they are not wanted.
update temp.detected
set
  disposition = 'suppressed',
  suppressed_by = (
    select c.suppression_id
    from temp.covered as c
    where c.issue_key = detected.issue_key
  ),
  content_hash = content_hash(code, account_id, subject_id, organization_id, user_id, domain, 'suppressed', action,
    blocked_reason, (
      select c.suppression_id
      from temp.covered as c
      where c.issue_key = detected.issue_key
    ), suggested_action,
    json_remove(evidence, '$.eligible_user_count', '$.open_ticket_count', '$.domain_eligible_user_count',
      '$.member_count', '$.ticket_count', '$.membership_count', '$.status'))
where issue_key in (
  select c.issue_key
  from temp.covered as c
)
