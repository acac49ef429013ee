-- One row per account and organization that carries its mark: S(a) by stored_id, E(a) by external_id.
--
-- reads: _run_context _link_known_account _organization_versions _unread_organizations _account_merge_versions
--
-- The id of an account that was merged away stands for the account that won. An unread account claims every
-- organization that its rows name.
select
  a.account_id as account_id,
  'stored_id' as match_rule,
  o.organization_id as organization_id
from _run_context as c
cross join _link_known_account as a
cross join _organization_versions as o
where o.organization_id = a.stored_organization_id
  and o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
union all
select
  u.account_id as account_id,
  'stored_id' as match_rule,
  o.organization_id as organization_id
from _run_context as c
cross join _unread_organizations as u
cross join _organization_versions as o
where u.snapshot_id = c.salesforce_snapshot_id
  and o.organization_id = u.organization_id
  and o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
union all
select
  a.account_id as account_id,
  'external_id' as match_rule,
  o.organization_id as organization_id
from _run_context as c
cross join _organization_versions as o
left join _account_merge_versions as m
  on m.merged_account_id = o.key_account_id
  and m.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < m.valid_to
cross join _link_known_account as a
where o.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < o.valid_to
  and a.account_id = coalesce(m.account_id, o.key_account_id)
