-- One row per account with issues in a run: the triage file.
--
-- A suppressed issue counts in the total and in suppressed_count, and in nothing else. Affected users and tickets are
-- those that an issue of the account is about. The rows were counted by the audit.
select
  r.run_id as run_id,
  t.account_id as sf_account_id,
  a.account_name as account_name,
  a.owner as owner,
  cast(
    case
      when t.blocked_action_count > 0 and t.prepared_action_count > 0 then 'partly_ready'
      when t.blocked_action_count > 0 then 'blocked'
      when t.prepared_action_count > 0 then 'ready'
      when t.review_count > 0 then 'review'
      when t.detect_only_count > 0 then 'tickets_only'
      else 'suppressed'
    end as text
  ) as triage_status,
  t.total_issue_count as total_issue_count,
  t.prepared_action_count as prepared_action_count,
  t.blocked_action_count as blocked_action_count,
  t.review_count as review_count,
  t.detect_only_count as detect_only_count,
  t.suppressed_count as suppressed_count,
  t.max_severity as max_severity,
  t.affected_user_count as affected_user_count,
  t.affected_open_ticket_count as affected_open_ticket_count,
  t.top_issue_codes as top_issue_codes,
  t.top_blocked_reasons as top_blocked_reasons,
  cast(t.organization_id as text) as zendesk_org_id,
  cast(o.name as text) as zendesk_org_name,
  cast(
    'https://'
    || case
      when instr(z.source_identity, '/') > 0 then
        substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
      else z.source_identity
    end
    || '.zendesk.com/agent/organizations/' || cast(t.organization_id as text) as text
  ) as zendesk_org_url,
  t.candidate_orgs as candidate_orgs,
  t.link_state as link_state,
  l.match_rule as match_rule,
  t.first_seen_run as first_seen_run,
  f.as_of as first_seen_at,
  cast(
    case
      when t.blocked_action_count > 0 and t.prepared_action_count > 0
        then 'Review the prepared repairs, then decide what is blocked'
      when t.blocked_action_count > 0 then
        -- The most frequent reason decides.
        coalesce(b.next_step, 'Look at the blocked reasons and decide')
      when t.prepared_action_count > 0 then 'Review the prepared repairs'
      when t.review_count > 0 then coalesce(q.next_step, 'Review the issues')
      -- Whatever a ticket waits for is an issue of the same account, and were it not suppressed, the account
      -- would not be here: only a suppressed one can be in the way.
      when t.detect_only_count > 0 and t.suppressed_count = 0
        then 'File the tickets under the expected organization by hand'
      when t.detect_only_count > 0
        then 'Repair the requesters'' memberships or file the tickets by hand, then audit again'
      else 'Nothing to do until the suppression ends'
    end as text
  ) as suggested_next_step,
  cast(
    'salesforce ' || substr(x.taken_at, 1, 10) || ', zendesk ' || substr(z.taken_at, 1, 10) as text
  ) as snapshot_dates
from runs as r
cross join _triage_versions as t
cross join snapshots as z
cross join snapshots as x
cross join runs as f
left join _account_versions as a
  on a.account_id = t.account_id
  and a.valid_from <= r.salesforce_snapshot_id
  and r.salesforce_snapshot_id < a.valid_to
left join _organization_versions as o
  on o.organization_id = t.organization_id
  and o.valid_from <= r.zendesk_snapshot_id
  and r.zendesk_snapshot_id < o.valid_to
left join _link_versions as l
  on l.account_id = t.account_id
  and l.valid_from <= r.run_id
  and r.run_id < l.valid_to
left join _blocked_reasons as b
  on b.reason = substr(t.top_blocked_reasons, 1, instr(t.top_blocked_reasons || ',', ',') - 1)
left join run_coverage as k
  on k.run_id = r.run_id
  and k.code = t.first_code
left join rule_versions as q
  on q.code = k.code
  and q.version = k.rule_version
where t.valid_from <= r.run_id
  and r.run_id < t.valid_to
  and z.snapshot_id = r.zendesk_snapshot_id
  and x.snapshot_id = r.salesforce_snapshot_id
  and f.run_id = t.first_seen_run
