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
ticket as (
  -- One row per open ticket.
  select
    t.ticket_id as ticket_id,
    t.status as status,
    t.created_at as created_at
  from latest_zendesk_tickets as t
  where t.status in ('new', 'open', 'pending', 'hold')
)
select
  t.ticket_id as ticket_id,
  t.status as status,
  t.created_at as created_at,
  c.account_id as account_id,
  c.account_name as account_name,
  c.owner as owner,
  w.actual_organization_id as organization_id
from ticket_accounts as w
join critical as c
  on c.account_id = w.expected_account_id
join ticket as t
  on t.ticket_id = w.ticket_id
order by c.account_name, c.account_id, t.created_at, t.ticket_id
