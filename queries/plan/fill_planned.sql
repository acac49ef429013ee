-- One row per prepared issue of the run.
insert into temp.planned (issue_key, account_id, action, organization_id, user_id, domain_id)
select
  v.issue_key,
  v.account_id,
  v.action,
  v.organization_id,
  v.user_id,
  d.domain_id
from _issue_versions as v
cross join run_coverage as k
left join _domains as d
  on d.domain = v.domain
where v.valid_from <= :run_id
  and :run_id < v.valid_to
  and v.disposition = 'prepared'
  and k.run_id = :run_id
  and k.code = v.code
  and k.is_evaluated = 1
