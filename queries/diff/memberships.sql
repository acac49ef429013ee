-- One row per membership with a version that begins or ends between two Zendesk snapshots, as it was in
-- both: null where it was not there.
--
-- Parameters: :old_zendesk, :new_zendesk. Versions are stored by user and membership, so one that moved to
-- another user has versions under both; both are touched, and meet again under the id of the membership.
-- Snapshots 1 and 2: see users.sql.
with touched as (
  -- One row per user and membership.
  select
    v.user_id as user_id,
    v.membership_id as membership_id
  from _membership_versions as v
  where v.valid_from > :old_zendesk
    and v.valid_from <= :new_zendesk
    and v.valid_from > 2
  union
  select
    v.user_id as user_id,
    v.membership_id as membership_id
  from _membership_versions as v
  where v.valid_to > :old_zendesk
    and v.valid_to <= :new_zendesk
    and v.valid_to < 9223372036854775807
),
side as (
  -- One row per membership and snapshot in which it was there.
  select
    t.membership_id as membership_id,
    v.valid_from <= :old_zendesk and :old_zendesk < v.valid_to as is_old,
    v.valid_from <= :new_zendesk and :new_zendesk < v.valid_to as is_new,
    v.user_id as user_id,
    'user ' || v.user_id || ' in organization ' || v.organization_id as label,
    json_object(
      'user_id', v.user_id, 'organization_id', v.organization_id,
      'is_default', v.is_default, 'created_at', v.created_at
    ) as record
  from touched as t
  cross join _membership_versions as v
  where v.user_id = t.user_id
    and v.membership_id = t.membership_id
)
select
  'membership' as kind,
  cast(s.membership_id as text) as record_id,
  max(case when s.is_old = 1 then s.label end) as old_label,
  max(case when s.is_new = 1 then s.label end) as new_label,
  max(case when s.is_old = 1 then s.record end) as old_record,
  max(case when s.is_new = 1 then s.record end) as new_record,
  'users/' || coalesce(
    max(case when s.is_new = 1 then s.user_id end), max(case when s.is_old = 1 then s.user_id end)
  ) as path
from side as s
group by s.membership_id
