-- Keeps the triage rows, each with the hash over the whole of it.
--
-- The organizations of an account that has several are named with it, as they are in the snapshot of the run: id, name
-- and address of each, one a line.
insert into temp.triage (
  account_id, total_issue_count, prepared_action_count, blocked_action_count, review_count, detect_only_count,
  suppressed_count, max_severity, affected_user_count, affected_open_ticket_count, first_code, top_issue_codes,
  top_blocked_reasons, organization_id, link_state, first_seen_run, candidate_orgs, content_hash
)
select
  r.account_id, r.total_issue_count, r.prepared_action_count, r.blocked_action_count, r.review_count,
  r.detect_only_count, r.suppressed_count, r.max_severity, r.affected_user_count, r.affected_open_ticket_count,
  r.first_code, r.top_issue_codes, r.top_blocked_reasons, r.organization_id, r.link_state, r.first_seen_run,
  r.candidate_orgs,
  content_hash(
    r.total_issue_count, r.prepared_action_count, r.blocked_action_count, r.review_count, r.detect_only_count,
    r.suppressed_count, r.max_severity, r.affected_user_count, r.affected_open_ticket_count, r.first_code,
    r.top_issue_codes, r.top_blocked_reasons, r.organization_id, r.link_state, r.first_seen_run,
    r.candidate_orgs
  )
from (
  -- One row per account. With a limit, even one that cuts nothing off, SQLite works out the names once for each.
  select
    t.account_id, t.total_issue_count, t.prepared_action_count, t.blocked_action_count, t.review_count,
    t.detect_only_count, t.suppressed_count, t.max_severity, t.affected_user_count,
    t.affected_open_ticket_count, t.first_code, t.top_issue_codes, t.top_blocked_reasons, t.organization_id,
    t.link_state, t.first_seen_run,
    case t.link_state
      when 'duplicate' then (
        select group_concat(
          cast(o.organization_id as text)
          || ' ' || replace(replace(o.name, char(10), ' '), char(13), ' ')
          || coalesce(
            ' https://'
            || case
              when instr(z.source_identity, '/') > 0 then
                substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
              else z.source_identity
            end
            || '.zendesk.com/agent/organizations/' || cast(o.organization_id as text),
            ''
          ),
          char(10)
          order by o.organization_id
        )
        from _run_context as c
        cross join snapshots as z
        cross join _link_claim as k
        cross join _organization_versions as o
        where z.snapshot_id = c.zendesk_snapshot_id
          and k.account_id = t.account_id
          and k.match_rule = 'external_id'
          and o.organization_id = k.organization_id
          and o.valid_from <= c.zendesk_snapshot_id
          and c.zendesk_snapshot_id < o.valid_to
      )
      when 'ambiguous' then (
        select group_concat(
          cast(o.organization_id as text)
          || ' ' || replace(replace(o.name, char(10), ' '), char(13), ' ')
          || coalesce(
            ' https://'
            || case
              when instr(z.source_identity, '/') > 0 then
                substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
              else z.source_identity
            end
            || '.zendesk.com/agent/organizations/' || cast(o.organization_id as text),
            ''
          ),
          char(10)
          order by o.organization_id
        )
        from _run_context as c
        cross join snapshots as z
        cross join _link_candidate as k
        cross join _organization_versions as o
        where z.snapshot_id = c.zendesk_snapshot_id
          and k.account_id = t.account_id
          and k.is_kept = 1
          and o.organization_id = k.organization_id
          and o.valid_from <= c.zendesk_snapshot_id
          and c.zendesk_snapshot_id < o.valid_to
      )
    end as candidate_orgs
  from issue_triage as t
  limit -1
) as r
where true
