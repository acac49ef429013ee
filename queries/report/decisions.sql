-- One row per word of a person on an issue or an account, with whether it holds for the newest run.
--
-- The newest word on an issue counts, but a later fix does not end accept_risk. A fix and an accept_risk hold only
-- while the issue is as it was when it was decided; a suppress, until its day is over or its suppression is taken back.
select
  d.decision_id as decision_id,
  d.issue_key as issue_key,
  d.fingerprint as fingerprint,
  d.decision as decision,
  d.until_on as until,
  d.note as note,
  d.assignee as assignee,
  d.decided_by as decided_by,
  d.decided_at as decided_at,
  d.run_id as run_id,
  d.source_digest as source_digest,
  cast(
    case
      when exists (
        select 1
        from _decisions as n
        where n.account_id = d.account_id
          and n.decision_id > d.decision_id
      ) then 0
      when exists (
        select 1
        from _decisions as n
        where n.issue_key = d.issue_key
          and n.decision_id > d.decision_id
          and (d.decision is null or d.decision <> 'accept_risk' or n.decision is null or n.decision <> 'fix')
      ) then 0
      when d.decision = 'fix' or d.decision = 'accept_risk' then case
        when exists (
          select 1
          from _issue_details as i
          where i.run_id = (select max(r.run_id) from runs as r)
            and i.issue_key = d.issue_key
            and i.fingerprint = d.fingerprint
        ) then 1
        else 0
      end
      when d.decision = 'suppress' then case
        when exists (
          select 1
          from suppressions as s
          cross join runs as r
          where s.suppression_id = d.suppression_id
            and s.removed_at is null
            and r.run_id = (select max(m.run_id) from runs as m)
            and s.expires_on >= substr(r.started_at, 1, 10)
        ) then 1
        else 0
      end
      else 1
    end as bigint
  ) as is_in_force,
  d.account_id as account_id
from _decisions as d
