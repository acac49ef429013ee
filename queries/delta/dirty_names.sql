-- The names whose accounts are counted and placed anew: an account bears or bore one that changed. What unread rows name
-- is looked at each time.
insert or ignore into temp.dirty_name (name_key)
-- input: _account_versions
select a.name_key
from temp.changed_account_versions as a
where a.name_key is not null
union all
-- input: _link_known_account
select a.name_key
from temp.changed_link_known_account as k
cross join _run_context as c
cross join _account_versions as a
where a.account_id = k.account_id
  and a.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < a.valid_to
  and a.name_key is not null
union all
-- input: _link_known_account
select n.name_key
from temp.changed_link_known_account as k
cross join _link_account_name as n
where n.account_id = k.account_id
union all
-- input: _unread_names
select u.name_key
from temp.delta_bounds as b
cross join _unread_names as u
where u.snapshot_id in (b.old_salesforce_snapshot_id, b.salesforce_snapshot_id)
  and u.name_key is not null
