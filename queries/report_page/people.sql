-- One row per user whom an open issue of a run is about, the worst first. Only where people are wanted on the page.
--
-- :run_id is the run, :most how many are wanted.
select
  i.user_id as user_id,
  u.name as name,
  u.email as email,
  i.severity as severity,
  i.code as code,
  i.account_name as account_name,
  n.name as actual_organization,
  o.name as expected_organization,
  i.url as url
from runs as r
cross join issues as i
cross join zendesk_users as u
left join zendesk_organizations as n
  on n.organization_id = i.actual_organization_id
  and n.snapshot_id = r.zendesk_snapshot_id
left join zendesk_organizations as o
  on o.organization_id = i.organization_id
  and o.snapshot_id = r.zendesk_snapshot_id
where r.run_id = :run_id
  and i.run_id = r.run_id
  and i.layer = 'user'
  and i.disposition <> 'suppressed'
  and u.user_id = i.user_id
  and u.snapshot_id = r.zendesk_snapshot_id
order by i.severity_rank, i.code, i.issue_key
limit :most
