-- Keeps the triage rows, each with the hash over the whole of it.
--
-- The organizations of an account that has several are named with it, as they are in the snapshot of the run.
insert into temp.triage (
  account_id, total_issue_count, prepared_action_count, blocked_action_count, review_count,
  detect_only_count, suppressed_count, max_severity, affected_user_count, affected_open_ticket_count,
  first_code, top_issue_codes, top_blocked_reasons, organization_id, link_state, first_seen_run, candidate_orgs,
  content_hash
)
with several as (
  -- One row per account that has several organizations, and one of them.
  select
    k.account_id as account_id,
    k.organization_id as organization_id
  from _link_account as l
  cross join _link_claim as k
  where l.link_state = 'duplicate'
    and k.account_id = l.account_id
    and k.match_rule = 'external_id'
  union all
  select
    k.account_id as account_id,
    k.organization_id as organization_id
  from _link_account as l
  cross join _link_candidate as k
  where l.link_state = 'ambiguous'
    and k.account_id = l.account_id
    and k.is_kept = 1
),
named as (
  -- The same with what a person reads. A line breaks nowhere but at its end.
  select
    s.account_id as account_id,
    s.organization_id as organization_id,
    cast(s.organization_id as text)
    || ' ' || replace(replace(o.name, char(10), ' '), char(13), ' ')
    || coalesce(
      ' https://'
      || case
        when instr(z.source_identity, '/') > 0 then
          substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
        else z.source_identity
      end
      || '.zendesk.com/agent/organizations/' || cast(s.organization_id as text),
      ''
    ) as line
  from _run_context as c
  cross join snapshots as z
  cross join several as s
  cross join _organization_versions as o
  where z.snapshot_id = c.zendesk_snapshot_id
    and o.organization_id = s.organization_id
    and o.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < o.valid_to
),
joined as (
  -- One row per account that has several organizations.
  select
    n.account_id as account_id,
    group_concat(n.line, char(10) order by n.organization_id) as candidate_orgs
  from named as n
  group by n.account_id
)
select
  t.account_id, t.total_issue_count, t.prepared_action_count, t.blocked_action_count, t.review_count,
  t.detect_only_count, t.suppressed_count, t.max_severity, t.affected_user_count, t.affected_open_ticket_count,
  t.first_code, t.top_issue_codes, t.top_blocked_reasons, t.organization_id, t.link_state, t.first_seen_run,
  j.candidate_orgs,
  content_hash(t.total_issue_count, t.prepared_action_count, t.blocked_action_count, t.review_count,
    t.detect_only_count, t.suppressed_count, t.max_severity, t.affected_user_count, t.affected_open_ticket_count,
    t.first_code, t.top_issue_codes, t.top_blocked_reasons, t.organization_id, t.link_state, t.first_seen_run,
    j.candidate_orgs)
from issue_triage as t
left join joined as j
  on j.account_id = t.account_id
