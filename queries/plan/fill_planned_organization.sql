-- One row per organization of a prepared issue.
insert into temp.planned_organization (organization_id)
select distinct p.organization_id
from temp.planned as p
