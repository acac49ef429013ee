-- The organizations of which it is found out anew whose they are: they, their marks or the accounts that have them
-- changed. A merge may stand behind the key of any.
insert or ignore into temp.dirty_owned_organization (organization_id)
-- input: _organization_versions
select o.organization_id
from temp.changed_organization_versions as o
union all
-- input: _account_merge_versions
select o.organization_id
from _run_context as c
cross join _organization_versions as o
where o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
  and exists (select 1 from temp.changed_account_merge_versions)
union all
-- input: _link_claim
select k.organization_id
from temp.changed_link_claim as k
union all
-- input: _link_account
select l.organization_id
from temp.changed_link_account as l
where l.organization_id is not null
