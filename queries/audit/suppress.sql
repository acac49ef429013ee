-- A suppressed issue keeps its refusal and its suggestion; the disposition says that they are not wanted.
update temp.detected
set
  disposition = 'suppressed',
  suppressed_by = (
    select c.suppression_id
    from temp.covered as c
    where c.issue_key = detected.issue_key
  )
where issue_key in (
  select c.issue_key
  from temp.covered as c
)
