-- One row per account of which a drift issue was seen in an earlier run: the first of those runs.
--
-- In the order of the versions, because looking each issue up in the order of accounts would read the file all
-- over. The relation first_seen holds these rows.
select
  d.account_id as account_id,
  min(v.valid_from) as first_seen_run
from _run_context as c
cross join _issue_versions as v
cross join detected as d
where v.valid_from < c.run_id
  and d.issue_key = v.issue_key
  and d.family = 'drift'
group by d.account_id
