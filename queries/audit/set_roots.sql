-- Says which issue to look at first. Those that have a root are found in the index: the rows themselves are wide.
update temp.detected
set root_issue_key = (
  select r.root_issue_key
  from issue_root as r
  where r.issue_key = detected.issue_key
)
where issue_key in (
  select r.issue_key
  from issue_root as r
  where r.root_issue_key is not null
)
