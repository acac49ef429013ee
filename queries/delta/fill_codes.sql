-- One row per code that is evaluated: how it is looked at again. :scopes is an object in JSON.
insert into temp.delta_code (code, scope)
select j.key, j.value
from json_each(:scopes) as j
