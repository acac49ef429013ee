-- One row per owner of accounts with open issues, the one with the most issues first.
--
-- An empty owner: accounts without one. :run_id is the run, :most how many owners are wanted.
select
  coalesce(e.owner, '') as owner,
  sum(case when e.triage_status = 'blocked' then 1 else 0 end) as blocked_count,
  sum(case when e.triage_status = 'partly_ready' then 1 else 0 end) as partly_ready_count,
  sum(case when e.triage_status = 'ready' then 1 else 0 end) as ready_count,
  sum(case when e.triage_status in ('review', 'tickets_only') then 1 else 0 end) as other_count,
  count(*) as account_count,
  sum(e.total_issue_count - e.suppressed_count) as issue_count,
  sum(e.affected_open_ticket_count) as open_ticket_count
from exceptions_by_account as e
where e.run_id = :run_id
  and e.triage_status <> 'suppressed'
group by coalesce(e.owner, '')
order by sum(e.total_issue_count - e.suppressed_count) desc, coalesce(e.owner, '')
limit :most
