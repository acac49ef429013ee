-- A suppressed issue keeps its refusal and its suggestion; the disposition says that they are not wanted.
-- meaningful_evidence stands for the evidence without the keys that the rule of each code calls volatile.
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
    meaningful_evidence)
where issue_key in (
  select c.issue_key
  from temp.covered as c
)
