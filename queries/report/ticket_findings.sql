-- One row per finding about a ticket, with its requester and where the requester belongs.
select
  d.run_id as run_id,
  cast(d.class as text) as class,
  d.family as family,
  d.severity as severity,
  cast(d.severity_rank as bigint) as severity_rank,
  d.issue_key as issue_key,
  d.account_id as account_id,
  d.account_name as account_name,
  d.owner as owner,
  d.ticket_id as ticket_id,
  d.organization_id as organization_id,
  cast(d.actual_organization_id as bigint) as actual_organization_id,
  u.user_id as requester_id,
  u.default_organization_id as requester_default_organization_id,
  cast(
    case
      when exists (
        select 1
        from _membership_versions as m
        where m.user_id = d.user_id
          and m.valid_from <= r.zendesk_snapshot_id
          and r.zendesk_snapshot_id < m.valid_to
          and m.organization_id = d.organization_id
      ) then 1
      else 0
    end as bigint
  ) as is_requester_member,
  cast(d.email_domain as text) as domain,
  d.disposition as disposition,
  d.suggested_action as suggested_action,
  d.evidence as evidence,
  cast(d.url as text) as url
from _issue_details as d
cross join runs as r
left join _user_versions as u
  on u.user_id = d.user_id
  and u.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < u.valid_to
where d.layer = 'ticket'
  and r.run_id = d.run_id
