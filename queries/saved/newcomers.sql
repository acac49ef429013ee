-- Domains of end users without an organization that no account has.
--
-- question: Who writes to us, but belongs to no customer that Salesforce knows?
-- columns:
--   email_domain: the domain
--   user_count: active end users of the domain without a default organization
--   first_created_at: when the first of them was created
--   last_created_at: when the last of them was created
with known as (
  -- One row per domain that an account has, or that identifies nobody.
  select d.domain as domain
  from latest_salesforce_account_domains as d
  union
  select p.domain as domain
  from personal_domains as p
  where p.is_removed = 0
)
select
  u.email_domain as email_domain,
  count(*) as user_count,
  min(u.created_at) as first_created_at,
  max(u.created_at) as last_created_at
from latest_zendesk_users as u
left join known as k
  on k.domain = u.email_domain
where u.default_organization_id is null
  and u.role = 'end-user'
  and u.is_active = 1
  and u.email_domain is not null
  and k.domain is null
group by u.email_domain
order by user_count desc, u.email_domain
