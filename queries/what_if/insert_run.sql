-- Adds a run that nobody sees: that of the records as they would be.
insert into runs (run_id, salesforce_snapshot_id, zendesk_snapshot_id, started_at, rule_set_digest, tool_version, options,
  rules_digest, personal_domains_digest, as_of)
select
  r.run_id + 1,
  r.salesforce_snapshot_id,
  :snapshot_id,
  r.started_at,
  r.rule_set_digest || ' what if',
  r.tool_version,
  r.options,
  r.rules_digest,
  r.personal_domains_digest,
  r.as_of
from runs as r
where r.run_id = :run_id
