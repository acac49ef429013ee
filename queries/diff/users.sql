-- One row per user with a version that begins or ends between two Zendesk snapshots, as it was in
-- both: null where it was not there.
--
-- Parameters: :old_zendesk, :new_zendesk. The index over the starts leaves out snapshots 1 and 2, and nothing
-- is lost: a run pairs the newest snapshots of both systems, so if the earlier run has snapshot 1 of this
-- one, snapshot 2 is of the other.
with touched as (
  -- One row per user.
  select v.user_id as user_id
  from _user_versions as v
  where v.valid_from > :old_zendesk
    and v.valid_from <= :new_zendesk
    and v.valid_from > 2
  union
  select v.user_id as user_id
  from _user_versions as v
  where v.valid_to > :old_zendesk
    and v.valid_to <= :new_zendesk
    and v.valid_to < 9223372036854775807
)
select
  'user' as kind,
  cast(t.user_id as text) as record_id,
  coalesce(o.email, o.name) as old_label,
  coalesce(n.email, n.name) as new_label,
  case when o.user_id is not null then json_object(
      'name', o.name, 'email', o.email,
      'external_id', o.external_id, 'role', o.role,
      'is_verified', o.is_verified, 'is_active', o.is_active,
      'is_suspended', o.is_suspended, 'is_shared', o.is_shared,
      'default_organization_id', o.default_organization_id, 'created_at', o.created_at,
      'ticket_restriction', o.ticket_restriction, 'undecided_fields', o.undecided_fields
    ) end as old_record,
  case when n.user_id is not null then json_object(
      'name', n.name, 'email', n.email,
      'external_id', n.external_id, 'role', n.role,
      'is_verified', n.is_verified, 'is_active', n.is_active,
      'is_suspended', n.is_suspended, 'is_shared', n.is_shared,
      'default_organization_id', n.default_organization_id, 'created_at', n.created_at,
      'ticket_restriction', n.ticket_restriction, 'undecided_fields', n.undecided_fields
    ) end as new_record,
  'users/' || t.user_id as path
from touched as t
left join _user_versions as o
  on o.user_id = t.user_id
  and o.valid_from <= :old_zendesk
  and :old_zendesk < o.valid_to
left join _user_versions as n
  on n.user_id = t.user_id
  and n.valid_from <= :new_zendesk
  and :new_zendesk < n.valid_to
