-- What the next day's load compares with: a hash of each line and its record's id. $folder stands for the folder.

create table organization_line as
select hash(line) as line_hash, cast(json_extract(line, '$.id') as bigint) as id
from read_csv('$folder/zendesk/organizations.ndjson', header = false, auto_detect = false, delim = e'\x01', quote = '',
  escape = '', max_line_size = 16777216, columns = {'line': 'VARCHAR'});

create table person_line as
select hash(line) as line_hash, cast(json_extract(line, '$.id') as bigint) as id
from read_csv('$folder/zendesk/users.ndjson', header = false, auto_detect = false, delim = e'\x01', quote = '',
  escape = '', max_line_size = 16777216, columns = {'line': 'VARCHAR'});

create table membership_line as
select hash(line) as line_hash, cast(json_extract(line, '$.id') as bigint) as id
from read_csv('$folder/zendesk/organization_memberships.ndjson', header = false, auto_detect = false, delim = e'\x01',
  quote = '', escape = '', max_line_size = 16777216, columns = {'line': 'VARCHAR'});

create table ticket_line as
select hash(line) as line_hash, cast(json_extract(line, '$.id') as bigint) as id
from read_csv('$folder/zendesk/tickets.ndjson', header = false, auto_detect = false, delim = e'\x01', quote = '',
  escape = '', max_line_size = 16777216, columns = {'line': 'VARCHAR'});
