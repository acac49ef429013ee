-- One row per domain to be added; only one account expects it, so it goes to one organization.
insert into temp.planned_domain (domain_id, organization_id)
select
  p.domain_id,
  p.organization_id
from temp.planned as p
where p.action = 'add_org_domain'
