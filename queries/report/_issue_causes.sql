-- One row per issue or hygiene finding of a run that is not suppressed: the record that it hangs on, as its rule says.
--
-- Private: causes counts it. What is untidy about an organization or its members hangs on the organization, whosever it
-- is. Open is whatever is neither closed nor deleted.
select
  d.run_id as run_id,
  d.issue_key as issue_key,
  case
    when case d.cause when 'domain' then coalesce(d.domain, d.email_domain) end is not null then 'domain'
    when case d.cause when 'current_organization' then d.actual_organization_id end is not null then 'organization'
    when d.account_id is not null and (d.family = 'drift' or d.subject_kind = 'account') then 'account'
    else 'organization'
  end as cause_kind,
  -- The id of the same record. Each column of the details is named once, since it is worked out where it is named.
  coalesce(
    case d.cause when 'domain' then coalesce(d.domain, d.email_domain) end,
    cast(case d.cause when 'current_organization' then d.actual_organization_id end as text),
    case when d.family = 'drift' or d.subject_kind = 'account' then d.account_id end,
    cast(d.organization_id as text)
  ) as cause_id,
  d.code as code,
  case when d.family = 'drift' or d.subject_kind = 'account' then d.account_id end as account_id,
  case when d.subject_kind = 'user' then d.user_id end as user_id,
  case
    when exists (
      select 1
      from runs as r
      cross join _ticket_versions as t
      where r.run_id = d.run_id
        and t.ticket_id = d.ticket_id
        and t.valid_from <= r.zendesk_snapshot_id
        and r.zendesk_snapshot_id < t.valid_to
        and t.status <> 'closed'
        and t.status <> 'deleted'
    ) then d.ticket_id
  end as open_ticket_id
from _issue_details as d
where d.disposition <> 'suppressed'
