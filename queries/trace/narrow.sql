-- What the links of the accounts in question are worked out from again: tables that hide those of the warehouse and
-- hold only the accounts and organizations that have to do with them, as of the snapshots of the context.
--
-- near_account and near_organization say which those are.
create temp table _account_versions as
select
  v.account_id as account_id,
  v.stored_organization_raw as stored_organization_raw,
  v.stored_organization_id as stored_organization_id,
  v.parent_account_id as parent_account_id,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._run_context as c
cross join temp.near_account as n
cross join main._account_versions as v
where v.account_id = n.account_id
  and v.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < v.valid_to;
create temp table _account_domain_versions as
select
  v.account_id as account_id,
  v.domain_id as domain_id,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._run_context as c
cross join temp.near_account as n
cross join main._account_domain_versions as v
where v.account_id = n.account_id
  and v.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < v.valid_to;
create temp table _organization_versions as
select
  v.organization_id as organization_id,
  v.account_key as account_key,
  v.key_account_id as key_account_id,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._run_context as c
cross join temp.near_organization as n
cross join main._organization_versions as v
where v.organization_id = n.organization_id
  and v.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < v.valid_to;
create temp table _organization_domain_versions as
select
  v.organization_id as organization_id,
  v.domain_id as domain_id,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._run_context as c
cross join temp.near_organization as n
cross join main._organization_domain_versions as v
where v.organization_id = n.organization_id
  and v.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < v.valid_to;
