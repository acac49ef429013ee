-- One row per code that is evaluated: how it is looked at again, and what the rule of the run before, which is the same,
-- says of it. :scopes is an object in JSON.
insert into temp.delta_code (code, scope, rule_version, family, layer, severity)
select j.key, j.value, q.version, q.family, q.layer, q.severity
from json_each(:scopes) as j
cross join temp.delta_bounds as b
cross join run_coverage as k
cross join rule_versions as q
where k.run_id = b.old_run_id
  and k.code = j.key
  and q.code = k.code
  and q.version = k.rule_version
