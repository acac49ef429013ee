-- The rows of salesforce_account_domains for the newest Salesforce snapshot.
select
  v.snapshot_id as snapshot_id,
  v.account_id as account_id,
  v.domain as domain,
  v.is_usable as is_usable
from salesforce_account_domains as v
where v.snapshot_id = (
  select max(s.snapshot_id)
  from snapshots as s
  where s.source = 'salesforce'
)
