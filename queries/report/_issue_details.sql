-- One row per issue or hygiene finding of a run, with the words and addresses that people read.
--
-- Private: issues and the three finding views are made of it. A code that the run did not evaluate has
-- no rows here, even if its issues are still open in between.
select
  r.run_id as run_id,
  v.issue_key as issue_key,
  v.code as code,
  v.rule_version as rule_version,
  q.family as family,
  q.layer as layer,
  q.severity as severity,
  case q.severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end as severity_rank,
  coalesce(q.cause, 'account') as cause,
  coalesce(q.class, v.code) as class,
  q.class_without_membership as class_without_membership,
  v.account_id as account_id,
  a.account_name as account_name,
  a.owner as owner,
  v.subject_kind as subject_kind,
  v.subject_id as subject_id,
  v.organization_id as organization_id,
  -- Where the user or the ticket is now: its default organization, the one that the ticket is filed under; where a
  -- finding is about a membership, the one of that.
  case
    when v.subject_kind = 'ticket' then (
      select t.organization_id
      from _ticket_versions as t
      where t.ticket_id = v.ticket_id
        and t.valid_from <= r.zendesk_snapshot_id
        and r.zendesk_snapshot_id < t.valid_to
    )
    when v.subject_kind = 'user' and q.family = 'hygiene' then v.organization_id
    when v.subject_kind = 'user' then (
      select u.default_organization_id
      from _user_versions as u
      where u.user_id = v.user_id
        and u.valid_from <= r.zendesk_snapshot_id
        and r.zendesk_snapshot_id < u.valid_to
    )
  end as actual_organization_id,
  -- Of the user, or of the ticket's requester.
  (
    select e.domain
    from _user_versions as u
    cross join _domains as e
    where u.user_id = v.user_id
      and u.valid_from <= r.zendesk_snapshot_id
      and r.zendesk_snapshot_id < u.valid_to
      and e.domain_id = u.email_domain_id
  ) as email_domain,
  v.user_id as user_id,
  v.ticket_id as ticket_id,
  v.domain as domain,
  v.disposition as disposition,
  v.action as action,
  v.blocked_reason as blocked_reason,
  v.suppressed_by as suppressed_by,
  v.suggested_action as suggested_action,
  v.root_issue_key as root_issue_key,
  -- The sentence of the rule's version, with the columns that it names in braces.
  case
    when q.reason is null then v.code
    else replace(
      replace(
        replace(
          replace(
            case when v.subject_kind = 'account' then coalesce(q.reason_of_account, q.reason) else q.reason end,
            '{subject_id}', v.subject_id
          ),
          '{account_id}', coalesce(v.account_id, '')
        ),
        '{organization_id}', coalesce(cast(v.organization_id as text), '')
      ),
      '{domain}', coalesce(v.domain, '')
    )
  end
  || case when e.decision_id is null then '' else ' Somebody accepted the risk that stood against the repair.' end
  || case
    when v.blocked_reason is null then ''
    else ' A person must decide ' || coalesce(b.decision, replace(v.blocked_reason, '_', ' ')) || '.'
  end as reason,
  v.evidence as evidence,
  -- Who accepted the risk for which the issue would be refused.
  e.decided_by as accepted_by,
  -- What a decision about the issue rests on, as it would be without suppressions and accepted risks.
  coalesce(
    e.fingerprint,
    case
      when v.blocked_reason is not null then 'blocked'
      when v.action is not null then 'prepared'
      when q.layer = 'ticket' then 'detect_only'
      else 'review'
    end
    || '/' || coalesce(v.blocked_reason, '')
    || '/' || coalesce(v.action, '')
    || '/' || coalesce(cast(v.organization_id as text), '')
    || '/' || coalesce(v.domain, '')
  ) as fingerprint,
  'https://'
  || case
    when instr(z.source_identity, '/') > 0 then
      substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
    else z.source_identity
  end
  || '.zendesk.com/agent/'
  || case v.subject_kind
    when 'organization' then 'organizations/' || v.subject_id
    when 'user' then 'users/' || v.subject_id
    when 'ticket' then 'tickets/' || v.subject_id
    when 'account' then 'organizations/' || cast(v.organization_id as text)
  end as url
from runs as r
cross join _issue_versions as v
cross join run_coverage as k
cross join rule_versions as q
cross join snapshots as z
left join _account_versions as a
  on a.account_id = v.account_id
  and a.valid_from <= r.salesforce_snapshot_id
  and r.salesforce_snapshot_id < a.valid_to
left join _decisions as e
  on e.decision_id = v.accepted_decision_id
left join _blocked_reasons as b
  on b.reason = v.blocked_reason
where v.valid_from <= r.run_id
  and r.run_id < v.valid_to
  and k.run_id = r.run_id
  and k.code = v.code
  and k.is_evaluated = 1
  and q.code = v.code
  and q.version = v.rule_version
  and z.snapshot_id = r.zendesk_snapshot_id
