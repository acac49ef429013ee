-- The accounts of a snapshot that were merged into others.
select
  v.merged_account_id as merged_account_id,
  v.account_id as account_id
from _account_merge_versions as v
where v.valid_from <= :snapshot_id
  and :snapshot_id < v.valid_to
order by v.merged_account_id
