-- The memberships of a snapshot in the order of their users.
select
  v.user_id as user_id,
  v.membership_id as membership_id,
  v.organization_id as organization_id,
  v.is_default as is_default,
  v.created_at as created_at
from _membership_versions as v
where v.valid_from <= :snapshot_id
  and :snapshot_id < v.valid_to
order by v.user_id, v.membership_id
