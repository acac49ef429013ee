-- One row: how many accounts, eligible users and tickets two snapshots hold.
--
-- Tickets are those that are neither closed nor deleted. The list of domains that identify nobody counts as it stands now.
select
  (
    select count(*)
    from _account_versions as s
    where s.valid_from <= :salesforce_snapshot_id
      and :salesforce_snapshot_id < s.valid_to
  ) as account_count,
  (
    select count(*)
    from _user_versions as u
    cross join _domains as d
    where u.valid_from <= :zendesk_snapshot_id
      and :zendesk_snapshot_id < u.valid_to
      and u.role = 'end-user'
      and u.is_active = 1
      and u.is_suspended = 0
      and d.domain_id = u.email_domain_id
      and d.is_valid = 1
      and d.listed_kind is null
  ) as eligible_user_count,
  (
    select count(*)
    from _ticket_versions as t
    where t.valid_from <= :zendesk_snapshot_id
      and :zendesk_snapshot_id < t.valid_to
      and t.status <> 'closed'
      and t.status <> 'deleted'
  ) as ticket_count
