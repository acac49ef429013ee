-- One row per domain of an account in the newest account file.
--
-- key: account_id domain
-- indexes: domain
-- columns:
--   account_id text of account: Salesforce account id, 18 characters
--   domain text: the domain
--   is_usable integer: 1 if it may identify a customer; 0: a personal or platform domain, or no valid one
select
  d.account_id as account_id,
  d.domain as domain,
  d.is_usable as is_usable
from latest_salesforce_account_domains as d
order by d.account_id, d.domain
