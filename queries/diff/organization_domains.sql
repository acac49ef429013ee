-- One row per domain that an organization gained or lost between two Zendesk snapshots, if the organization
-- was in both.
--
-- Parameters: :old_zendesk, :new_zendesk. What an organization holds is part of its version: another set
-- of domains begins another version.
-- Snapshots 1 and 2: see organizations.sql.
with touched as (
  -- One row per organization with another version.
  select distinct v.organization_id as organization_id
  from _organization_versions as v
  cross join _organization_versions as o
  where v.valid_from > :old_zendesk
    and v.valid_from <= :new_zendesk
    and v.valid_from > 2
    and o.organization_id = v.organization_id
    and o.valid_from <= :old_zendesk
    and :old_zendesk < o.valid_to
),
held as (
  -- One row per organization that is in both snapshots and domain that it held in one of them.
  select
    t.organization_id as organization_id,
    v.domain_id as domain_id,
    max(v.valid_from <= :old_zendesk and :old_zendesk < v.valid_to) as is_old,
    max(v.valid_from <= :new_zendesk and :new_zendesk < v.valid_to) as is_new
  from touched as t
  cross join _organization_versions as n
  cross join _organization_domain_versions as v
  where n.organization_id = t.organization_id
    and n.valid_from <= :new_zendesk
    and :new_zendesk < n.valid_to
    and v.organization_id = t.organization_id
  group by t.organization_id, v.domain_id
)
select
  'organization' as kind,
  cast(h.organization_id as text) as record_id,
  null as old_label,
  null as new_label,
  json_object('domain', case when h.is_old = 1 then x.domain end) as old_record,
  json_object('domain', case when h.is_new = 1 then x.domain end) as new_record,
  'organizations/' || h.organization_id as path
from held as h
cross join _domains as x
where h.is_old <> h.is_new
  and x.domain_id = h.domain_id
