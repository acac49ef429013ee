-- One row per code that the file ever knew, by its newest version.
--
-- key: code
-- label: title
-- columns:
--   code text: name of the rule; its issues are called so
--   version integer: newest version of the rule
--   family text: drift (the twelve codes) or hygiene
--   layer text: what it speaks about: organization, user or ticket
--   severity text: critical, high, medium or low
--   severity_rank integer: 1 is critical, 4 is low
--   title text: what is wrong, in one sentence
--   action text: the repair that may follow; null: none
--   class text: class of its findings
--   documentation text: why it matters, what to do, what is not reported
select
  q.code as code,
  q.version as version,
  q.family as family,
  q.layer as layer,
  q.severity as severity,
  case q.severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end as severity_rank,
  q.title as title,
  q.action as action,
  q.class as class,
  q.documentation as documentation
from rule_versions as q
where q.version = (
  select max(n.version)
  from rule_versions as n
  where n.code = q.code
)
order by q.code
