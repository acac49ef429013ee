-- Open tickets of the customers with a critical issue.
--
-- question: Which open tickets belong to customers with a critical issue?
-- columns:
--   ticket_id: the ticket
--   status: its status
--   created_at: when it was created
--   account_id: the account whose domain the requester has
--   account_name: its name
--   owner: owner of the account
--   organization_id: the organization under which it is filed; null: none
with critical as (
  -- One row per account with a critical issue.
  select
    e.sf_account_id as account_id,
    e.account_name as account_name,
    e.owner as owner
  from latest_exceptions_by_account as e
  where e.max_severity = 'critical'
),
requester as (
  -- One row per user of these accounts, by e-mail domain.
  select
    w.user_id as user_id,
    c.account_id as account_id,
    c.account_name as account_name,
    c.owner as owner
  from user_accounts as w
  join critical as c
    on c.account_id = w.expected_account_id
)
select
  t.ticket_id as ticket_id,
  t.status as status,
  t.created_at as created_at,
  q.account_id as account_id,
  q.account_name as account_name,
  q.owner as owner,
  t.organization_id as organization_id
from requester as q
-- Written so, tickets that are open are found by their requester.
cross join latest_zendesk_tickets as t
join ticket_accounts as w
  on w.ticket_id = t.ticket_id
  and w.expected_account_id = q.account_id
where t.requester_id = q.user_id
  and t.status in ('new', 'open', 'pending', 'hold')
order by q.account_name, q.account_id, t.created_at, t.ticket_id
