-- One row per finding about a user, in the words of support operations.
select
  d.run_id as run_id,
  cast(
    case
      when d.class_without_membership is not null
        and not exists (
          select 1
          from _membership_versions as m
          where m.user_id = d.user_id
            and m.valid_from <= r.zendesk_snapshot_id
            and r.zendesk_snapshot_id < m.valid_to
        ) then d.class_without_membership
      else d.class
    end as text
  ) as class,
  d.family as family,
  d.severity as severity,
  cast(d.severity_rank as bigint) as severity_rank,
  d.issue_key as issue_key,
  d.account_id as account_id,
  d.account_name as account_name,
  d.owner as owner,
  d.user_id as user_id,
  d.organization_id as organization_id,
  cast(d.actual_organization_id as bigint) as actual_organization_id,
  cast(coalesce(d.domain, d.email_domain) as text) as domain,
  d.disposition as disposition,
  d.blocked_reason as blocked_reason,
  d.suggested_action as suggested_action,
  d.evidence as evidence,
  cast(d.url as text) as url
from _issue_details as d
cross join runs as r
where d.layer = 'user'
  and r.run_id = d.run_id
