-- The folder of records into a DuckDB file: explicit types, and only the columns that orgdrift keeps.
-- $folder stands for the folder, $personal for the list of personal domains.

create table organization as
select
  id,
  name,
  external_id,
  -- 15 characters name an account; the rest of an 18-character id is a checksum.
  case when length(trim(external_id)) in (15, 18) then left(trim(external_id), 15) end as account_key,
  nullif(trim(external_id), '') as external_id_key,
  shared_tickets or shared_comments as is_sharing,
  created_at,
  domain_names
from read_json(
  '$folder/zendesk/organizations.ndjson', format = 'newline_delimited',
  columns = {
    id: 'BIGINT', name: 'VARCHAR', external_id: 'VARCHAR', shared_tickets: 'BOOLEAN', shared_comments: 'BOOLEAN',
    created_at: 'TIMESTAMP', domain_names: 'VARCHAR[]'
  }
);

create table organization_domain as
select distinct
  id as organization_id,
  lower(unnest(domain_names)) as domain
from organization;

create table person as
select
  id,
  name,
  email,
  lower(split_part(email, '@', 2)) as domain,
  external_id,
  role,
  verified,
  active,
  suspended,
  shared,
  organization_id,
  created_at,
  ticket_restriction
from read_json(
  '$folder/zendesk/users.ndjson', format = 'newline_delimited',
  columns = {
    id: 'BIGINT', name: 'VARCHAR', email: 'VARCHAR', external_id: 'VARCHAR', role: 'VARCHAR', verified: 'BOOLEAN',
    active: 'BOOLEAN', suspended: 'BOOLEAN', shared: 'BOOLEAN', organization_id: 'BIGINT', created_at: 'TIMESTAMP',
    ticket_restriction: 'VARCHAR'
  }
);

create table membership as
select
  id,
  user_id,
  organization_id,
  "default" as is_default,
  created_at
from read_json(
  '$folder/zendesk/organization_memberships.ndjson', format = 'newline_delimited',
  columns = {
    id: 'BIGINT', user_id: 'BIGINT', organization_id: 'BIGINT', "default": 'BOOLEAN', created_at: 'TIMESTAMP'
  }
);

create table ticket as
select
  id,
  requester_id,
  organization_id,
  status,
  created_at,
  brand_id,
  via.channel as via_channel
from read_json(
  '$folder/zendesk/tickets.ndjson', format = 'newline_delimited',
  columns = {
    id: 'BIGINT', requester_id: 'BIGINT', organization_id: 'BIGINT', status: 'VARCHAR', created_at: 'TIMESTAMP',
    brand_id: 'BIGINT', via: 'STRUCT(channel VARCHAR)'
  }
);

create table account as
select
  "Id" as account_id,
  left("Id", 15) as account_key,
  "Name" as name,
  "Email_Domain__c" as domains,
  "Zendesk_Organization_Id__c" as stored_organization_id,
  "Owner.Name" as owner,
  "ParentId" as parent_id
from read_csv(
  '$folder/accounts.csv', header = true, auto_detect = false, delim = ',', quote = '"',
  columns = {
    'Id': 'VARCHAR', 'Name': 'VARCHAR', 'Email_Domain__c': 'VARCHAR', 'Zendesk_Organization_Id__c': 'BIGINT',
    'Owner.Name': 'VARCHAR', 'ParentId': 'VARCHAR'
  }
);

create table account_domain as
select distinct
  account_id,
  domain
from (
  select account_id, unnest(string_split(lower(domains), ';')) as domain
  from account
)
where regexp_full_match(domain, '[a-z0-9-]+(\.[a-z0-9-]+)+');

create table personal as
select domain
from read_csv('$personal', header = false, columns = {'domain': 'VARCHAR'}, comment = '#');

create table setting as
select
  taken_at,
  taken_at - interval 90 day as closed_cutoff,
  s.settings.user.multiple_organizations as is_multiple_allowed
from read_json('$folder/zendesk/manifest.json', columns = {taken_at: 'TIMESTAMP'})
cross join read_json(
  '$folder/zendesk/account_settings.json',
  columns = {settings: 'STRUCT("user" STRUCT(multiple_organizations BOOLEAN))'}
) as s;
