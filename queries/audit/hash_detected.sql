-- The hash leaves out what changes without the drift changing: counts, the state of a ticket, which issue
-- to look at first.
update temp.detected
set
  hash_high = content_hash(1, code, account_id, subject_id, organization_id, user_id, domain, disposition, action,
    blocked_reason, suppressed_by, suggested_action,
    json_remove(evidence, '$.eligible_user_count', '$.open_ticket_count', '$.domain_eligible_user_count',
      '$.member_count', '$.ticket_count', '$.membership_count', '$.status')),
  hash_low = content_hash(0, code, account_id, subject_id, organization_id, user_id, domain, disposition, action,
    blocked_reason, suppressed_by, suggested_action,
    json_remove(evidence, '$.eligible_user_count', '$.open_ticket_count', '$.domain_eligible_user_count',
      '$.member_count', '$.ticket_count', '$.membership_count', '$.status'))
