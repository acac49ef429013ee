-- The organizations that no account points to and that one pointed to before, or that were not there.
insert into temp.newly_orphan (organization_id)
select o.organization_id
from temp.come_link_orphan as o
where o.organization_id not in (
  select g.organization_id
  from temp.gone_link_orphan as g
)
