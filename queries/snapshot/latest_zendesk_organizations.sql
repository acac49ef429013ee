-- The rows of zendesk_organizations for the newest Zendesk snapshot.
select
  v.snapshot_id as snapshot_id,
  v.organization_id as organization_id,
  v.name as name,
  v.external_id as external_id,
  v.external_id_key as external_id_key,
  v.external_account_id as external_account_id,
  v.shared_tickets as shared_tickets,
  v.shared_comments as shared_comments,
  v.domain_names as domain_names,
  v.created_at as created_at,
  v.account_fields as account_fields,
  v.account_key as account_key,
  v.key_account_id as key_account_id,
  v.undecided_fields as undecided_fields
from zendesk_organizations as v
where v.snapshot_id = (
  select max(s.snapshot_id)
  from snapshots as s
  where s.source = 'zendesk'
)
