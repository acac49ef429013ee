-- One row: how many issues and hygiene findings of a run hang on one account or organization, and how many accounts,
-- users and open tickets these are about. The same counts stand in causes, which counts every record at once.
with hanging as (
  -- One row per issue or finding that hangs on the record.
  select
    case when d.family = 'drift' or d.subject_kind = 'account' then d.account_id end as account_id,
    case when d.subject_kind = 'user' then d.user_id end as user_id,
    d.ticket_id as ticket_id
  from _issue_details as d
  where d.run_id = :run_id
    and d.disposition <> 'suppressed'
    and not (d.cause = 'domain' and coalesce(d.domain, d.email_domain) is not null)
    and :cause_id = case
      when d.cause = 'current_organization' and d.actual_organization_id is not null
        then case when :cause_kind = 'organization' then cast(d.actual_organization_id as text) end
      when d.account_id is not null and (d.family = 'drift' or d.subject_kind = 'account')
        then case when :cause_kind = 'account' then d.account_id end
      when :cause_kind = 'organization' then cast(d.organization_id as text)
    end
)
select
  count(*) as issue_count,
  count(distinct h.account_id) as account_count,
  count(distinct h.user_id) as user_count,
  count(
    distinct case
      when exists (
        select 1
        from _ticket_versions as t
        where t.ticket_id = h.ticket_id
          and t.valid_from <= :zendesk_snapshot_id
          and :zendesk_snapshot_id < t.valid_to
          and t.status <> 'closed'
          and t.status <> 'deleted'
      ) then h.ticket_id
    end
  ) as open_ticket_count
from hanging as h
