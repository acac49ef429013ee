-- The next day into a DuckDB file that has the day before, as a good engineer would: every line is hashed and compared with
-- what was kept, only the lines that changed are parsed, their records replace those of the day before. It ends with what
-- duckdb_load.sql makes of that day. $folder stands for the folder.

create temp table organization_hash as
select h.line_hash, if(k.line_hash is null, h.line, null) as line
from (
  select hash(line) as line_hash, line
  from read_csv('$folder/zendesk/organizations.ndjson', header = false, auto_detect = false, delim = e'\x01', quote = '',
    escape = '', max_line_size = 16777216, columns = {'line': 'VARCHAR'})
) as h
left join organization_line as k on k.line_hash = h.line_hash;

create temp table organization_today as
select line_hash, line
from organization_hash
where line is not null;

create temp table organization_gone as
select id
from organization_line
where line_hash not in (select t.line_hash from organization_hash as t);

delete from organization where id in (select g.id from organization_gone as g);
delete from organization_line where id in (select g.id from organization_gone as g);

insert into organization
select
  r.id,
  r.name,
  r.external_id,
  case when length(trim(r.external_id)) in (15, 18) then left(trim(r.external_id), 15) end,
  nullif(trim(r.external_id), ''),
  r.shared_tickets or r.shared_comments,
  r.created_at,
  r.domain_names
from (
  select json_transform(line, '{"id":"BIGINT","name":"VARCHAR","external_id":"VARCHAR","shared_tickets":"BOOLEAN","shared_comments":"BOOLEAN","created_at":"TIMESTAMP","domain_names":["VARCHAR"]}') as r
  from organization_today
);

insert into organization_line
select line_hash, cast(json_extract(line, '$.id') as bigint)
from organization_today;

create temp table person_hash as
select h.line_hash, if(k.line_hash is null, h.line, null) as line
from (
  select hash(line) as line_hash, line
  from read_csv('$folder/zendesk/users.ndjson', header = false, auto_detect = false, delim = e'\x01', quote = '',
    escape = '', max_line_size = 16777216, columns = {'line': 'VARCHAR'})
) as h
left join person_line as k on k.line_hash = h.line_hash;

create temp table person_today as
select line_hash, line
from person_hash
where line is not null;

create temp table person_gone as
select id
from person_line
where line_hash not in (select t.line_hash from person_hash as t);

delete from person where id in (select g.id from person_gone as g);
delete from person_line where id in (select g.id from person_gone as g);

insert into person
select
  r.id,
  r.name,
  r.email,
  lower(split_part(r.email, '@', 2)),
  r.external_id,
  r.role,
  r.verified,
  r.active,
  r.suspended,
  r.shared,
  r.organization_id,
  r.created_at,
  r.ticket_restriction
from (
  select json_transform(line, '{"id":"BIGINT","name":"VARCHAR","email":"VARCHAR","external_id":"VARCHAR","role":"VARCHAR","verified":"BOOLEAN","active":"BOOLEAN","suspended":"BOOLEAN","shared":"BOOLEAN","organization_id":"BIGINT","created_at":"TIMESTAMP","ticket_restriction":"VARCHAR"}') as r
  from person_today
);

insert into person_line
select line_hash, cast(json_extract(line, '$.id') as bigint)
from person_today;

create temp table membership_hash as
select h.line_hash, if(k.line_hash is null, h.line, null) as line
from (
  select hash(line) as line_hash, line
  from read_csv('$folder/zendesk/organization_memberships.ndjson', header = false, auto_detect = false, delim = e'\x01', quote = '',
    escape = '', max_line_size = 16777216, columns = {'line': 'VARCHAR'})
) as h
left join membership_line as k on k.line_hash = h.line_hash;

create temp table membership_today as
select line_hash, line
from membership_hash
where line is not null;

create temp table membership_gone as
select id
from membership_line
where line_hash not in (select t.line_hash from membership_hash as t);

delete from membership where id in (select g.id from membership_gone as g);
delete from membership_line where id in (select g.id from membership_gone as g);

insert into membership
select
  r.id,
  r.user_id,
  r.organization_id,
  r."default",
  r.created_at
from (
  select json_transform(line, '{"id":"BIGINT","user_id":"BIGINT","organization_id":"BIGINT","default":"BOOLEAN","created_at":"TIMESTAMP"}') as r
  from membership_today
);

insert into membership_line
select line_hash, cast(json_extract(line, '$.id') as bigint)
from membership_today;

create temp table ticket_hash as
select h.line_hash, if(k.line_hash is null, h.line, null) as line
from (
  select hash(line) as line_hash, line
  from read_csv('$folder/zendesk/tickets.ndjson', header = false, auto_detect = false, delim = e'\x01', quote = '',
    escape = '', max_line_size = 16777216, columns = {'line': 'VARCHAR'})
) as h
left join ticket_line as k on k.line_hash = h.line_hash;

create temp table ticket_today as
select line_hash, line
from ticket_hash
where line is not null;

create temp table ticket_gone as
select id
from ticket_line
where line_hash not in (select t.line_hash from ticket_hash as t);

delete from ticket where id in (select g.id from ticket_gone as g);
delete from ticket_line where id in (select g.id from ticket_gone as g);

insert into ticket
select
  r.id,
  r.requester_id,
  r.organization_id,
  r.status,
  r.created_at,
  r.brand_id,
  r.via.channel
from (
  select json_transform(line, '{"id":"BIGINT","requester_id":"BIGINT","organization_id":"BIGINT","status":"VARCHAR","created_at":"TIMESTAMP","brand_id":"BIGINT","via":{"channel":"VARCHAR"}}') as r
  from ticket_today
);

insert into ticket_line
select line_hash, cast(json_extract(line, '$.id') as bigint)
from ticket_today;

-- What is made of the others is made anew, and so are the accounts: they are few.
create or replace table organization_domain as
select distinct
  id as organization_id,
  lower(unnest(domain_names)) as domain
from organization;

create or replace table account as
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

create or replace table account_domain as
select distinct
  account_id,
  domain
from (
  select account_id, unnest(string_split(lower(domains), ';')) as domain
  from account
)
where regexp_full_match(domain, '[a-z0-9-]+(\.[a-z0-9-]+)+');

create or replace table setting as
select
  taken_at,
  taken_at - interval 90 day as closed_cutoff,
  s.settings.user.multiple_organizations as is_multiple_allowed
from read_json('$folder/zendesk/manifest.json', columns = {taken_at: 'TIMESTAMP'})
cross join read_json(
  '$folder/zendesk/account_settings.json',
  columns = {settings: 'STRUCT("user" STRUCT(multiple_organizations BOOLEAN))'}
) as s;
