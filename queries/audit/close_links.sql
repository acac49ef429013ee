-- Ends the links that the run does not confirm.
update _link_versions
set valid_to = :run_id
where valid_to = 9223372036854775807
  and not exists (
    select 1
    from _link_account as l
    where l.account_id = _link_versions.account_id
      and l.link_state = _link_versions.link_state
      and l.organization_id is not distinct from _link_versions.organization_id
      and l.match_rule is not distinct from _link_versions.match_rule
  )
