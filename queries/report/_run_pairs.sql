-- One row per two runs, the earlier first: what differs between them beside the records.
--
-- Private: issue_changes and the statements of queries/diff/ stand on it.
select
  o.run_id as old_run_id,
  n.run_id as new_run_id,
  case
    when o.salesforce_snapshot_id = n.salesforce_snapshot_id
      and o.zendesk_snapshot_id = n.zendesk_snapshot_id then 1
    else 0
  end as is_same_records,
  -- 1 if something differs that holds for every issue: a suppression and the version of one rule do not.
  case
    when o.options <> n.options then 1
    when o.rules_digest <> n.rules_digest then 1
    when o.personal_domains_digest <> n.personal_domains_digest then 1
    -- A run of an older orgdrift stored neither: what is left is the digest over everything.
    when (o.rules_digest is null or n.rules_digest is null) and o.rule_set_digest <> n.rule_set_digest then 1
    else 0
  end as is_rule_changed
from runs as o
cross join runs as n
where o.run_id < n.run_id
