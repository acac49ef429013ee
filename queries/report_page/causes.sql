-- One row per record that findings of a run hang on, the one that most hang on first.
--
-- :run_id is the run, :most how many are wanted.
select
  c.cause_kind as cause_kind,
  c.cause_id as cause_id,
  c.cause_name as cause_name,
  c.issue_count as issue_count,
  c.account_count as account_count,
  c.user_count as user_count,
  c.open_ticket_count as open_ticket_count,
  c.codes as codes
from causes as c
where c.run_id = :run_id
order by c.issue_count desc, c.user_count desc, c.open_ticket_count desc, c.cause_kind, c.cause_id
limit :most
