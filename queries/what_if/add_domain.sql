-- Adds a domain to an organization, as of the snapshot that is in force.
insert into _organization_domain_versions (organization_id, domain_id, valid_from, valid_to)
select
  :organization_id,
  d.domain_id,
  :snapshot_id,
  9223372036854775807
from _domains as d
where d.domain = :domain
on conflict do update set valid_to = 9223372036854775807
