-- One row per issue that there ever was, as the last run that saw it says.
--
-- key: issue_key
-- label: issue_key
-- indexes: layer severity disposition state domain email_domain user_id ticket_id first_seen_on
-- columns:
--   issue_key key: names the same fact in every run: code, then ids, then the domain of the two domain codes
--   code text of rule: its code
--   layer text: organization, user or ticket
--   severity text: critical, high, medium or low
--   account_id text of account: the account that it belongs to
--   subject_kind text: what it is about: account, organization, user or ticket
--   subject_id subject: id of that record
--   organization_id text of organization: the expected organization; null: there is no single one
--   actual_organization_id text of organization: where the user or ticket is; null: nowhere, or not a user or ticket
--   user_id user: the user, or the requester of the ticket; null: the issue is about neither
--   ticket_id ticket: the ticket; null: not about a ticket
--   domain text: the domain, of the two domain codes; null: of others
--   email_domain text: e-mail domain of the user; null: not about a user or ticket
--   state text: open, resolved, or not_comparable (what it needs was not read since, so nobody can say)
--   is_open integer: 1 if it is open, else 0
--   disposition text: prepared, blocked, review, detect_only or suppressed
--   action text: the repair that may follow; null: none
--   blocked_reason text: why a person must decide; null: nobody must
--   suggested_action text: what a person can do
--   root_issue_key key: the issue to fix first; null: none
--   first_run_id integer of run: the first run that saw it
--   first_seen_at datetime: the time that this run speaks about, UTC
--   first_seen_on date: the day of that
--   last_run_id integer of run: the last run that saw it
--   last_seen_at datetime: the time that this run speaks about, UTC
--   resolved_at datetime: the time of the run that saw it gone, UTC; null: it is open, or nobody can say
--   resolved_on date: the day of that
--   days_open real: days from the first time until it was resolved, or until the newest run
--   run_count integer: runs that saw it
--   reopened_count integer: how often it came back
--   repaired_by_plan_id integer: the plan whose repair did not last; null: none
--   reason sentence: what is wrong, as a sentence
--   evidence evidence: what was found, as a JSON object
--   url url: the record in Zendesk; null: none, or the account is not known
with newest as (
  -- One row: the newest run.
  select r.as_of as as_of
  from runs as r
  where r.run_id = (select max(n.run_id) from runs as n)
)
select
  h.issue_key as issue_key,
  h.code as code,
  i.layer as layer,
  i.severity as severity,
  h.account_id as account_id,
  i.subject_kind as subject_kind,
  i.subject_id as subject_id,
  cast(i.organization_id as text) as organization_id,
  (
    select cast(min(o.organization_id) as text)
    from _organization_versions as o
    where o.organization_id = i.actual_organization_id
  ) as actual_organization_id,
  cast(i.user_id as text) as user_id,
  cast(i.ticket_id as text) as ticket_id,
  i.domain as domain,
  i.email_domain as email_domain,
  case
    when h.is_open = 1 then 'open'
    when h.resolved_at is null then 'not_comparable'
    else 'resolved'
  end as state,
  h.is_open as is_open,
  h.disposition as disposition,
  i.action as action,
  i.blocked_reason as blocked_reason,
  i.suggested_action as suggested_action,
  i.root_issue_key as root_issue_key,
  h.first_run_id as first_run_id,
  h.first_seen_at as first_seen_at,
  substr(h.first_seen_at, 1, 10) as first_seen_on,
  h.last_run_id as last_run_id,
  h.last_seen_at as last_seen_at,
  h.resolved_at as resolved_at,
  substr(h.resolved_at, 1, 10) as resolved_on,
  round(
    julianday(
      case
        when h.is_open = 1 then n.as_of
        else coalesce(h.resolved_at, h.last_seen_at)
      end
    ) - julianday(h.first_seen_at),
    2
  ) as days_open,
  h.run_count as run_count,
  h.reopened_count as reopened_count,
  h.repaired_by_plan_id as repaired_by_plan_id,
  i.reason as reason,
  i.evidence as evidence,
  i.url as url
from newest as n
cross join issue_history as h
cross join issues as i
where i.run_id = h.last_run_id
  and i.issue_key = h.issue_key
