-- Ends the versions that the run does not confirm, among those of the codes that it evaluated: :codes, a list in
-- JSON. A ticket that left the window that was read, or the ticket window, is not known to be repaired, and neither
-- is an account whose row could not be used.
update _issue_versions
set
  valid_to = :run_id,
  close_reason = case
    when exists (
      select 1
      from temp.detected as d
      where d.issue_key = _issue_versions.issue_key
    ) then null
    when exists (
      select 1
      from _link_known_account as a
      where a.account_id = _issue_versions.account_id
        and a.is_unread = 1
    ) then 'unread'
    when ticket_id is null then null
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
    select e.value
    from json_each(:codes) as e
  )
  and not exists (
    select 1
    from temp.detected as d
    where d.issue_key = _issue_versions.issue_key
      and d.rule_version = _issue_versions.rule_version
      and d.account_id is not distinct from _issue_versions.account_id
      and d.organization_id is not distinct from _issue_versions.organization_id
      and d.user_id is not distinct from _issue_versions.user_id
      and d.domain is not distinct from _issue_versions.domain
      and d.disposition = _issue_versions.disposition
      and d.action is not distinct from _issue_versions.action
      and d.blocked_reason is not distinct from _issue_versions.blocked_reason
      and d.suppressed_by is not distinct from _issue_versions.suppressed_by
      and d.suggested_action is not distinct from _issue_versions.suggested_action
      and d.root_issue_key is not distinct from _issue_versions.root_issue_key
      and d.evidence = _issue_versions.evidence
  )
