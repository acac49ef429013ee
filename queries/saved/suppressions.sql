-- Suppressed issues by who answers for them and until when.
--
-- question: Who suppressed what, and when does it end?
-- columns:
--   suppression_id: the suppression
--   owner: who answers for it
--   expires_on: the last day on which it holds
--   code: code of the issues
--   issue_count: issues of the newest run that it covers
--   account_count: accounts of these
with covered as (
  -- One row per suppression and code.
  select
    i.suppressed_by as suppression_id,
    i.code as code,
    count(*) as issue_count,
    count(distinct i.account_id) as account_count
  from latest_issues as i
  where i.suppressed_by is not null
  group by i.suppressed_by, i.code
)
select
  c.suppression_id as suppression_id,
  s.owner as owner,
  s.expires_on as expires_on,
  c.code as code,
  c.issue_count as issue_count,
  c.account_count as account_count
from covered as c
join suppressions as s
  on s.suppression_id = c.suppression_id
order by s.expires_on, c.suppression_id, c.code
