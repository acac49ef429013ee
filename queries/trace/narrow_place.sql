-- What the place of a user or a ticket is worked out from: tables that hide those of the warehouse and hold the record
-- in question, what it goes by, and the accounts that expect its domain, as of the snapshots of the context.
--
-- asked is one row: the user or the requester, the ticket, and the domain by which they belong to an account.
create temp table _account_domain_versions as
select
  v.account_id as account_id,
  v.domain_id as domain_id,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._run_context as c
cross join temp.asked as q
cross join main._account_domain_versions as v
where v.domain_id = q.domain_id
  and v.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < v.valid_to;
create temp table _unread_domains as
select
  u.snapshot_id as snapshot_id,
  u.account_id as account_id,
  u.domain_id as domain_id
from temp._run_context as c
cross join temp.asked as q
cross join main._unread_domains as u
where u.snapshot_id = c.salesforce_snapshot_id
  and u.domain_id = q.domain_id;
create temp table _account_versions as
select
  v.account_id as account_id,
  v.stored_organization_raw as stored_organization_raw,
  v.stored_organization_id as stored_organization_id,
  v.parent_account_id as parent_account_id,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._run_context as c
cross join temp._account_domain_versions as d
cross join main._account_versions as v
where v.account_id = d.account_id
  and v.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < v.valid_to;
create temp table _user_versions as
select
  v.user_id as user_id,
  v.email_domain_id as email_domain_id,
  v.role as role,
  v.is_verified as is_verified,
  v.is_active as is_active,
  v.is_suspended as is_suspended,
  v.is_shared as is_shared,
  v.default_organization_id as default_organization_id,
  v.ticket_restriction as ticket_restriction,
  v.undecided_fields as undecided_fields,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._run_context as c
cross join temp.asked as q
cross join main._user_versions as v
where v.user_id = q.user_id
  and v.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < v.valid_to;
create temp table _membership_versions as
select
  v.user_id as user_id,
  v.organization_id as organization_id,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._run_context as c
cross join temp.asked as q
cross join main._membership_versions as v
where v.user_id = q.user_id
  and v.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < v.valid_to;
create temp table _ticket_versions as
select
  v.ticket_id as ticket_id,
  v.requester_id as requester_id,
  v.requester_domain_id as requester_domain_id,
  v.organization_id as organization_id,
  v.status as status,
  v.created_at as created_at,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._run_context as c
cross join temp.asked as q
cross join main._ticket_versions as v
where v.ticket_id = q.ticket_id
  and v.valid_from <= c.zendesk_snapshot_id
  and c.zendesk_snapshot_id < v.valid_to;
-- The record once more as -1, in no organization: if the audit's text misses it there, something is expected of it.
insert into temp._user_versions
select
  -1 as user_id,
  v.email_domain_id as email_domain_id,
  v.role as role,
  v.is_verified as is_verified,
  v.is_active as is_active,
  v.is_suspended as is_suspended,
  v.is_shared as is_shared,
  null as default_organization_id,
  v.ticket_restriction as ticket_restriction,
  v.undecided_fields as undecided_fields,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._user_versions as v;
insert into temp._ticket_versions
select
  -1 as ticket_id,
  v.requester_id as requester_id,
  v.requester_domain_id as requester_domain_id,
  null as organization_id,
  v.status as status,
  v.created_at as created_at,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._ticket_versions as v;
-- An organization -1 whose members are asked for, with the record's copy as its only one: whoever counts there is
-- eligible.
create temp table _link_organization as
select
  -1 as organization_id,
  1 as is_asked;
insert into temp._membership_versions
select
  v.user_id as user_id,
  -1 as organization_id,
  v.valid_from as valid_from,
  v.valid_to as valid_to
from temp._user_versions as v
where v.user_id = -1;
