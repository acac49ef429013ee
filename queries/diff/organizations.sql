-- One row per organization with a version that begins or ends between two Zendesk snapshots, as it was in
-- both: null where it was not there.
--
-- Parameters: :old_zendesk, :new_zendesk. The index over the starts leaves out snapshots 1 and 2, and nothing
-- is lost: a run pairs the newest snapshots of both systems, so if the earlier run has snapshot 1 of this
-- one, snapshot 2 is of the other.
with touched as (
  -- One row per organization.
  select v.organization_id as organization_id
  from _organization_versions as v
  where v.valid_from > :old_zendesk
    and v.valid_from <= :new_zendesk
    and v.valid_from > 2
  union
  select v.organization_id as organization_id
  from _organization_versions as v
  where v.valid_to > :old_zendesk
    and v.valid_to <= :new_zendesk
    and v.valid_to < 9223372036854775807
)
select
  'organization' as kind,
  cast(t.organization_id as text) as record_id,
  o.name as old_label,
  n.name as new_label,
  case when o.organization_id is not null then json_object(
      'name', o.name, 'external_id', o.external_id,
      'shared_tickets', o.is_shared_tickets, 'shared_comments', o.is_shared_comments,
      'domain_names', o.domain_names, 'created_at', o.created_at,
      'account_fields', o.account_fields, 'undecided_fields', o.undecided_fields
    ) end as old_record,
  case when n.organization_id is not null then json_object(
      'name', n.name, 'external_id', n.external_id,
      'shared_tickets', n.is_shared_tickets, 'shared_comments', n.is_shared_comments,
      'domain_names', n.domain_names, 'created_at', n.created_at,
      'account_fields', n.account_fields, 'undecided_fields', n.undecided_fields
    ) end as new_record,
  'organizations/' || t.organization_id as path
from touched as t
left join _organization_versions as o
  on o.organization_id = t.organization_id
  and o.valid_from <= :old_zendesk
  and :old_zendesk < o.valid_to
left join _organization_versions as n
  on n.organization_id = t.organization_id
  and n.valid_from <= :new_zendesk
  and :new_zendesk < n.valid_to
