-- One row per e-mail domain that never identifies a customer, as the list stands now.
select
  p.domain as domain,
  p.origin as origin,
  p.changed_at as changed_at
from _personal_domains as p
where p.is_removed = 0
