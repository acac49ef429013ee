-- Issues summed up to the top parent account.
--
-- question: Which groups of companies have the most issues?
-- columns:
--   account_id: the account without a parent at the top
--   account_name: its name
--   account_count: accounts of the group with issues, itself among them
--   issue_count: issues of these
--   open_ticket_count: open tickets that depend on them
with recursive climbed as (
  -- One row per account and account above it, itself first.
  select
    a.account_id as account_id,
    a.account_id as top_account_id,
    a.parent_account_id as parent_account_id,
    1 as level
  from latest_salesforce_accounts as a
  union all
  select
    c.account_id as account_id,
    p.account_id as top_account_id,
    p.parent_account_id as parent_account_id,
    c.level + 1 as level
  from climbed as c
  join latest_salesforce_accounts as p
    on p.account_id = c.parent_account_id
  -- A circle of parents ends here.
  where c.level < 20
),
known as (
  -- One row per account.
  select a.account_id as account_id
  from latest_salesforce_accounts as a
),
top as (
  -- One row per account that has a top: the last one has no parent, or one that is not in the file.
  select
    c.account_id as account_id,
    c.top_account_id as top_account_id
  from climbed as c
  left join known as k
    on k.account_id = c.parent_account_id
  where k.account_id is null
)
select
  t.top_account_id as account_id,
  a.account_name as account_name,
  count(*) as account_count,
  cast(sum(e.total_issue_count) as bigint) as issue_count,
  cast(sum(e.affected_open_ticket_count) as bigint) as open_ticket_count
from latest_exceptions_by_account as e
join top as t
  on t.account_id = e.sf_account_id
join latest_salesforce_accounts as a
  on a.account_id = t.top_account_id
group by t.top_account_id, a.account_name
order by issue_count desc, t.top_account_id
