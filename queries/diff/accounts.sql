-- One row per account with a version that begins or ends between two Salesforce snapshots, as it was in
-- both: null where it was not there.
--
-- Parameters: :old_salesforce, :new_salesforce. The index over the starts leaves out snapshots 1 and 2, and nothing
-- is lost: a run pairs the newest snapshots of both systems, so if the earlier run has snapshot 1 of this
-- one, snapshot 2 is of the other.
with touched as (
  -- One row per account.
  select v.account_id as account_id
  from _account_versions as v
  where v.valid_from > :old_salesforce
    and v.valid_from <= :new_salesforce
    and v.valid_from > 2
  union
  select v.account_id as account_id
  from _account_versions as v
  where v.valid_to > :old_salesforce
    and v.valid_to <= :new_salesforce
    and v.valid_to < 9223372036854775807
)
select
  'account' as kind,
  t.account_id as record_id,
  o.account_name as old_label,
  n.account_name as new_label,
  case when o.account_id is not null then json_object(
      'account_name', o.account_name, 'stored_organization_id', o.stored_organization_id,
      'stored_organization_raw', o.stored_organization_raw, 'owner', o.owner,
      'parent_account_id', o.parent_account_id, 'extra', o.extra
    ) end as old_record,
  case when n.account_id is not null then json_object(
      'account_name', n.account_name, 'stored_organization_id', n.stored_organization_id,
      'stored_organization_raw', n.stored_organization_raw, 'owner', n.owner,
      'parent_account_id', n.parent_account_id, 'extra', n.extra
    ) end as new_record,
  null as path
from touched as t
left join _account_versions as o
  on o.account_id = t.account_id
  and o.valid_from <= :old_salesforce
  and :old_salesforce < o.valid_to
left join _account_versions as n
  on n.account_id = t.account_id
  and n.valid_from <= :new_salesforce
  and :new_salesforce < n.valid_to
