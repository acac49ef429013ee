-- Ends the versions that the run does not confirm. A ticket that left the window that was read, or the
-- ticket window, is not known to be repaired.
update _issue_versions
set
  valid_to = :run_id,
  close_reason = case
    when ticket_id is null then null
    when exists (
      select 1
      from temp.detected as d
      where d.issue_key = _issue_versions.issue_key
    ) then null
    when exists (
      select 1
      from _link_ticket_drift as t
      where t.ticket_id = _issue_versions.ticket_id
        and t.is_outside_window = 1
    ) then 'left_window'
    when exists (
      select 1
      from _run_context as c
      cross join _ticket_versions as t
      where t.ticket_id = _issue_versions.ticket_id
        and t.valid_to = 9223372036854775807
        and t.created_at < c.tickets_bound_since
    ) then 'left_window'
    else null
  end
where valid_to = 9223372036854775807
  and code in (
    select e.code
    from temp.evaluated as e
  )
  and not exists (
    select 1
    from temp.detected as d
    where d.issue_key = _issue_versions.issue_key
      and hash_high(d.content_hash) = _issue_versions.hash_high
      and hash_low(d.content_hash) = _issue_versions.hash_low
      and d.rule_version = _issue_versions.rule_version
      and d.root_issue_key is not distinct from _issue_versions.root_issue_key
      and d.evidence = _issue_versions.evidence
  )
