-- One row per organization and account whose id stands in one of its fields, other than its key: F(o), with the first
-- of these fields.
--
-- reads: _run_context _organization_key_versions _account_merge_versions
select
  k.organization_id as organization_id,
  coalesce(m.account_id, k.account_id) as account_id,
  min(k.field) as field
from _run_context as c
cross join _organization_key_versions as k
left join _account_merge_versions as m
  on m.merged_account_id = k.account_id
  and m.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < m.valid_to
where k.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < k.valid_to
group by k.organization_id, coalesce(m.account_id, k.account_id)
