-- Keeps the figures of a run.
insert into _run_figures (
  run_id, affected_account_count, account_count, affected_user_count, eligible_user_count, affected_ticket_count,
  ticket_count
)
values (
  :run_id, :affected_account_count, :account_count, :affected_user_count, :eligible_user_count, :affected_ticket_count,
  :ticket_count
)
