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
  v.account_id as account_id,
  a.account_name as account_name,
  a.owner as owner,
  v.subject_kind as subject_kind,
  v.subject_id as subject_id,
  v.organization_id as organization_id,
  v.user_id as user_id,
  v.ticket_id as ticket_id,
  v.domain as domain,
  v.disposition as disposition,
  v.action as action,
  v.blocked_reason as blocked_reason,
  v.suppressed_by as suppressed_by,
  v.suggested_action as suggested_action,
  v.root_issue_key as root_issue_key,
  case v.code
    when 'org_duplicate_external_id' then
      'Organization ' || v.subject_id || ' carries the id of account ' || v.account_id
      || ', and so does another organization.'
    when 'org_missing_external_id' then case
      when v.subject_kind = 'account' then
        'Several organizations hold domains of account ' || v.account_id
        || ', and none of them carries its id.'
      else
        'Organization ' || v.subject_id || ' belongs to account ' || v.account_id
        || ', but its external_id is blank.'
    end
    when 'org_external_id_conflict' then case
      when v.subject_kind = 'account' then
        'Several organizations hold domains of account ' || v.account_id
        || ', and each carries another external_id.'
      else
        'Account ' || v.account_id || ' points to organization ' || v.subject_id
        || ', which carries another external_id.'
    end
    when 'account_missing_zendesk_org' then
      'No organization belongs to account ' || v.account_id || ' by stored id, external_id or domain.'
    when 'org_missing_expected_domain' then
      'Account ' || v.account_id || ' expects the domain ' || v.domain || ' on organization '
      || v.subject_id || ', but no organization holds it.'
    when 'org_domain_attached_elsewhere' then
      'Account ' || v.account_id || ' expects the domain ' || v.domain || ' on organization '
      || v.subject_id || ', but another organization holds it.'
    when 'user_missing_expected_membership' then
      'User ' || v.subject_id || ' has a domain of account ' || v.account_id
      || ', but is no member of organization ' || cast(v.organization_id as text) || '.'
    when 'user_default_org_not_expected' then
      'User ' || v.subject_id || ' is a member of organization ' || cast(v.organization_id as text)
      || ', but it is not the default one.'
    when 'user_resolution_blocked_duplicate_external_id' then
      'User ' || v.subject_id || ' has a domain of account ' || v.account_id
      || ', which has several organizations, and belongs to none of them by default.'
    when 'user_domain_ambiguous' then
      'The domain of user ' || v.subject_id
      || ' is expected by several accounts, and the default organization is none of theirs.'
    when 'ticket_org_mismatch' then
      'Ticket ' || v.subject_id || ' is not filed under organization '
      || cast(v.organization_id as text) || ' of its requester''s account, but under another.'
    when 'ticket_missing_org' then
      'Ticket ' || v.subject_id || ' has no organization; its requester''s account has organization '
      || cast(v.organization_id as text) || '.'
    when 'stored_org_id_dangling' then
      'Account ' || v.account_id || ' stores the id of an organization that does not exist.'
    when 'external_id_not_canonical' then
      'Organization ' || v.subject_id || ' carries the id of account ' || v.account_id
      || ', but not in its 18-character form.'
    when 'personal_domain_on_org' then
      'Organization ' || v.subject_id || ' holds ' || v.domain || ', a domain of personal addresses.'
    when 'orphan_org' then
      'No account of the file points to organization ' || v.subject_id || '.'
    when 'email_domain_outside_org' then
      'User ' || v.subject_id || ' is a member of organization ' || cast(v.organization_id as text)
      || ', but the domain ' || v.domain || ' belongs neither to it nor to its account.'
    else v.code
  end
  || case
    when v.blocked_reason is null then ''
    else ' A person must decide '
      || case v.blocked_reason
        when 'duplicate_external_id' then 'which organization stays'
        when 'external_id_conflict' then 'whose organization it is'
        when 'external_id_in_use' then
          'which of two organizations is right, because another carries the id'
        when 'account_link_contested' then 'whose organization it is'
        when 'org_claimed_by_other_account' then
          'whose organization it is, because another account claims it'
        when 'stored_org_id_dangling' then
          'which organization is right, because the stored id points nowhere'
        when 'org_candidate_ambiguous' then 'which organization is right'
        when 'domain_disagrees' then 'whether the stored id is right, because no domain agrees'
        when 'domain_shared_by_accounts' then 'which account owns the domain'
        when 'domain_belongs_to_other_org' then 'which organization the domain belongs to'
        when 'org_link_unconfirmed' then
          'whether the organization is right; repair its external_id first'
        when 'user_email_unverified' then 'whether the user is who the unverified address says'
        when 'organization_shares_tickets' then
          'whether new members may see the tickets that the organization shares'
        when 'single_organization_account' then
          'where the user belongs, because one organization per user is all that is known to be allowed'
        when 'user_not_updatable' then 'in the Zendesk account that shares the user'
        when 'user_domain_ambiguous' then 'which account owns the domain'
        else replace(v.blocked_reason, '_', ' ')
      end
      || '.'
  end as reason,
  v.evidence as evidence,
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
cross join run_coverage as k
cross join _issue_versions as v
cross join rule_versions as q
cross join snapshots as z
left join _account_versions as a
  on a.account_id = v.account_id
  and a.valid_from <= r.salesforce_snapshot_id
  and r.salesforce_snapshot_id < a.valid_to
where v.valid_from <= r.run_id
  and r.run_id < v.valid_to
  and k.run_id = r.run_id
  and k.code = v.code
  and k.is_evaluated = 1
  and q.code = v.code
  and q.version = v.rule_version
  and z.snapshot_id = r.zendesk_snapshot_id
