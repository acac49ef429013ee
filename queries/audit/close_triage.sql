-- Ends the rows that the run does not confirm.
update _triage_versions
set valid_to = :run_id
where valid_to = 9223372036854775807
  and not exists (
    select 1
    from temp.triage as t
    where t.account_id = _triage_versions.account_id
      and hash_high(t.content_hash) = _triage_versions.hash_high
      and hash_low(t.content_hash) = _triage_versions.hash_low
  )
