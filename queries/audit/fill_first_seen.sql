-- One row per account of which an issue was seen in an earlier run: the first of those runs. In the order of
-- the versions, because looking each issue up in the order of accounts would read the file all over.
insert into temp.first_seen (account_id, first_seen_run)
select
  d.account_id,
  min(v.valid_from)
from _issue_versions as v
cross join temp.detected as d
where v.valid_from < :run_id
  and d.issue_key = v.issue_key
  and d.family = 'drift'
group by d.account_id
