-- One row per domain that an organization holds in the newest snapshot.
--
-- key: organization_id domain
-- indexes: domain
-- columns:
--   organization_id text of organization: Zendesk id
--   domain text: the domain
select
  cast(d.organization_id as text) as organization_id,
  d.domain as domain
from latest_zendesk_organization_domains as d
order by d.organization_id, d.domain
