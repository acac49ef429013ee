-- One row per finding about a user, in the words of support operations.
select
  d.run_id as run_id,
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
  end as class,
  d.family as family,
  d.severity as severity,
  d.issue_key as issue_key,
  d.account_id as account_id,
  d.account_name as account_name,
  d.owner as owner,
  d.user_id as user_id,
  d.organization_id as organization_id,
  coalesce(d.domain, e.domain) as domain,
  d.disposition as disposition,
  d.blocked_reason as blocked_reason,
  d.suggested_action as suggested_action,
  d.evidence as evidence,
  d.url as url
from _issue_details as d
cross join runs as r
left join _user_versions as u
  on u.user_id = d.user_id
  and u.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < u.valid_to
left join _domains as e
  on e.domain_id = u.email_domain_id
where d.layer = 'user'
  and r.run_id = d.run_id
