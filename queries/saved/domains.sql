-- E-mail domains by the users and tickets in the wrong place.
--
-- question: Which e-mail domains have the most users and tickets in the wrong place?
-- columns:
--   email_domain: the domain
--   user_count: users of the domain with an issue
--   ticket_count: tickets of its users with an issue
--   account_count: accounts of these issues
--   holder_count: organizations that hold the domain
with drifting as (
  -- One row per domain with a user or a ticket in the wrong place.
  select
    i.email_domain as email_domain,
    count(distinct i.user_id) as user_count,
    count(distinct i.ticket_id) as ticket_count,
    count(distinct i.account_id) as account_count
  from latest_issues as i
  where i.email_domain is not null
  group by i.email_domain
),
holder as (
  -- One row per domain that an organization holds.
  select
    d.domain as domain,
    count(*) as holder_count
  from latest_zendesk_organization_domains as d
  group by d.domain
)
select
  d.email_domain as email_domain,
  d.user_count as user_count,
  d.ticket_count as ticket_count,
  d.account_count as account_count,
  cast(coalesce(h.holder_count, 0) as bigint) as holder_count
from drifting as d
left join holder as h
  on h.domain = d.email_domain
order by d.user_count + d.ticket_count desc, d.email_domain
