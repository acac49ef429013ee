-- Accounts without an organization, those with the most users first.
--
-- question: Which accounts have no organization, and who of them writes to us?
-- columns:
--   account_id: Salesforce account id, 18 characters
--   account_name: name of the account
--   owner: owner of the account
--   link_state: why it has none: missing, ambiguous, duplicate or unread
--   suggested_action: what a person can do; null: no issue, because the row could not be used
--   user_count: users whose domain only this account has
with unlinked as (
  -- One row per account without a single organization.
  select
    l.account_id as account_id,
    l.link_state as link_state
  from latest_account_links as l
  where l.organization_id is null
),
people as (
  -- One row per such account with users.
  select
    u.expected_account_id as account_id,
    count(*) as user_count
  from user_accounts as u
  where u.expected_account_id in (select l.account_id from unlinked as l)
  group by u.expected_account_id
),
advice as (
  -- One row per account with an issue about its organization.
  select
    i.account_id as account_id,
    min(i.suggested_action) as suggested_action
  from latest_issues as i
  where i.layer = 'organization'
    and i.domain is null
  group by i.account_id
)
select
  l.account_id as account_id,
  a.account_name as account_name,
  a.owner as owner,
  l.link_state as link_state,
  v.suggested_action as suggested_action,
  cast(coalesce(p.user_count, 0) as bigint) as user_count
from unlinked as l
left join latest_salesforce_accounts as a
  on a.account_id = l.account_id
left join people as p
  on p.account_id = l.account_id
left join advice as v
  on v.account_id = l.account_id
order by user_count desc, l.account_id
