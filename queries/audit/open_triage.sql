-- Begins a row for every account that has none open.
insert into _triage_versions (
  account_id, valid_from, valid_to, hash_high, hash_low, total_issue_count, prepared_action_count,
  blocked_action_count, review_count, detect_only_count, suppressed_count, max_severity,
  affected_user_count, affected_open_ticket_count, first_code, top_issue_codes, top_blocked_reasons,
  organization_id, link_state, first_seen_run, candidate_orgs
)
select
  t.account_id, :run_id, 9223372036854775807, hash_high(t.content_hash), hash_low(t.content_hash), t.total_issue_count,
  t.prepared_action_count, t.blocked_action_count, t.review_count, t.detect_only_count, t.suppressed_count,
  t.max_severity, t.affected_user_count, t.affected_open_ticket_count, t.first_code, t.top_issue_codes,
  t.top_blocked_reasons, t.organization_id, t.link_state, t.first_seen_run,
  t.candidate_orgs
from temp.triage as t
where not exists (
  select 1
  from _triage_versions as v
  where v.account_id = t.account_id
    and v.valid_to = 9223372036854775807
)
