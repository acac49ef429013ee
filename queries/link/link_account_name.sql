-- One row per account and name by which it is compared, with its place among the accounts of that name.
--
-- reads: _run_context _link_known_account _account_versions _unread_names
--
-- The rows of an unread account may give several names. A blank name agrees with nothing, so it has no row.
with named as (
  -- One row per account and name.
  select
    a.account_id as account_id,
    a.name_key as name_key
  from _run_context as c
  cross join _link_known_account as k
  cross join _account_versions as a
  where k.is_unread = 0
    and a.account_id = k.account_id
    and a.valid_from <= c.salesforce_snapshot_id
    and c.salesforce_snapshot_id < a.valid_to
    and a.name_key is not null
  union
  select
    u.account_id as account_id,
    u.name_key as name_key
  from _run_context as c
  cross join _unread_names as u
  where u.snapshot_id = c.salesforce_snapshot_id
    and u.name_key is not null
)
select
  n.account_id as account_id,
  n.name_key as name_key,
  row_number() over (partition by n.name_key order by n.account_id) as place
from named as n
