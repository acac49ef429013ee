-- One row per account and usable domain that Salesforce expects of it: X(a).
--
-- reads: _run_context _account_domain_versions _domains
--
-- A usable domain is valid and not on the list: neither personal nor of a disposable mail service nor a platform's.
select
  v.domain_id as domain_id,
  v.account_id as account_id
from _run_context as c
cross join _account_domain_versions as v
cross join _domains as d
where v.valid_from <= c.salesforce_snapshot_id
  and c.salesforce_snapshot_id < v.valid_to
  and d.domain_id = v.domain_id
  and d.is_valid = 1
  and d.listed_kind is null
