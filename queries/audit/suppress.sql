-- A suppressed issue keeps its refusal and its suggestion; the disposition says that they are not wanted.
update temp.detected
set
  disposition = 'suppressed',
  suppressed_by = s.suppression_id
from issue_suppressed as s
where s.issue_key = detected.issue_key
