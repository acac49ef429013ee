-- The organizations that the repairs speak of.
create temp table planned_organization (
  organization_id integer primary key
)
