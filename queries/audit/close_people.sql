-- Ends the counts that are no longer so.
update _account_people_versions
set valid_to = :run_id
where valid_to = 9223372036854775807
  and not exists (
    select 1
    from temp.affected as a
    where a.account_id = _account_people_versions.account_id
      and a.eligible_user_count is _account_people_versions.eligible_user_count
      and a.open_ticket_count is _account_people_versions.open_ticket_count
  )
