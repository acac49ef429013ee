-- One row per entry of the list of domains that never identify a customer, as the list stands now.
select
  p.domain as domain,
  p.kind as kind,
  p.origin as origin,
  p.is_removed as is_removed,
  p.changed_at as changed_at,
  p.is_covering_sub_hosts as is_covering_sub_hosts
from _personal_domains as p
