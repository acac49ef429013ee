-- One row per record of the newest snapshots that a text names, the surest way first.
--
-- :id is a whole number, :account_id an account id of 18 characters, :domain a plain domain, :address an e-mail address
-- in lower case, :part a part of a name in lower case; each is null where the text
-- is something else.
with
  place as (
    -- One row: the newest snapshot of each source, and the address of the Zendesk account.
    select
      (select max(s.snapshot_id) from snapshots as s where s.source = 'salesforce') as salesforce_snapshot_id,
      (select max(s.snapshot_id) from snapshots as s where s.source = 'zendesk') as zendesk_snapshot_id,
      (
        select
          'https://'
          || case
            when instr(z.source_identity, '/') > 0 then
              substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
            else z.source_identity
          end
          || '.zendesk.com/agent/'
        from snapshots as z
        where z.source = 'zendesk'
        order by z.snapshot_id desc
        limit 1
      ) as agent_url
  ),
  account as (
    -- One row per account of the newest snapshot.
    select
      a.account_id as account_id,
      a.account_name as account_name,
      a.owner as owner
    from place as p
    cross join _account_versions as a
    where a.valid_from <= p.salesforce_snapshot_id
      and p.salesforce_snapshot_id < a.valid_to
  ),
  organization as (
    -- One row per organization of the newest snapshot.
    select
      o.organization_id as organization_id,
      o.name as name,
      o.external_id as external_id,
      o.key_account_id as key_account_id,
      p.agent_url || 'organizations/' || cast(o.organization_id as text) as url
    from place as p
    cross join _organization_versions as o
    where o.valid_from <= p.zendesk_snapshot_id
      and p.zendesk_snapshot_id < o.valid_to
  ),
  person as (
    -- One row per user of the newest snapshot.
    select
      u.user_id as user_id,
      u.name as name,
      u.email as email,
      u.email_domain_id as email_domain_id,
      p.agent_url || 'users/' || cast(u.user_id as text) as url
    from place as p
    cross join _user_versions as u
    where u.valid_from <= p.zendesk_snapshot_id
      and p.zendesk_snapshot_id < u.valid_to
  ),
  found as (
    -- One row per record and way in which the text names it.
    select 1 as rank, 'account' as kind, a.account_id as id, a.account_name as name, 'id' as found_by,
      a.owner as detail, null as url
    from account as a
    where a.account_id = :account_id
    union all
    select 1, 'org', cast(o.organization_id as text), o.name, 'id', o.external_id, o.url
    from organization as o
    where o.organization_id = :id
    union all
    select 1, 'user', cast(u.user_id as text), u.name, 'id', u.email, u.url
    from person as u
    where u.user_id = :id
    union all
    select 1, 'ticket', cast(t.ticket_id as text), t.subject, 'id', t.status,
      p.agent_url || 'tickets/' || cast(t.ticket_id as text)
    from place as p
    cross join _ticket_versions as t
    where t.ticket_id = :id
      and t.valid_from <= p.zendesk_snapshot_id
      and p.zendesk_snapshot_id < t.valid_to
    union all
    select 2, 'org', cast(o.organization_id as text), o.name, 'external_id', o.external_id, o.url
    from organization as o
    where o.key_account_id = :account_id
    union all
    select 2, 'user', cast(u.user_id as text), u.name, 'address', u.email, u.url
    from person as u
    where lower(u.email) = :address
    union all
    select 3, 'account', a.account_id, a.account_name, 'domain', d.domain, null
    from place as p
    cross join _domains as d
    cross join _account_domain_versions as v
    cross join account as a
    where d.domain = :domain
      and v.domain_id = d.domain_id
      and v.valid_from <= p.salesforce_snapshot_id
      and p.salesforce_snapshot_id < v.valid_to
      and a.account_id = v.account_id
    union all
    select 3, 'org', cast(o.organization_id as text), o.name, 'domain', d.domain, o.url
    from place as p
    cross join _domains as d
    cross join _organization_domain_versions as v
    cross join organization as o
    where d.domain = :domain
      and v.domain_id = d.domain_id
      and v.valid_from <= p.zendesk_snapshot_id
      and p.zendesk_snapshot_id < v.valid_to
      and o.organization_id = v.organization_id
    union all
    select 4, 'user', cast(u.user_id as text), u.name, 'domain', u.email, u.url
    from _domains as d
    cross join person as u
    where d.domain = :domain
      and u.email_domain_id = d.domain_id
    union all
    select case when lower(a.account_name) = :part then 5 else 6 end, 'account', a.account_id, a.account_name, 'name',
      a.owner, null
    from account as a
    where instr(lower(a.account_name), :part) > 0
    union all
    select case when lower(o.name) = :part then 5 else 6 end, 'org', cast(o.organization_id as text), o.name, 'name',
      o.external_id, o.url
    from organization as o
    where instr(lower(o.name), :part) > 0
    union all
    select case when lower(u.name) = :part then 5 else 7 end, 'user', cast(u.user_id as text), u.name,
      case when instr(lower(u.name), :part) > 0 then 'name' else 'address' end, u.email, u.url
    from person as u
    where instr(lower(u.name), :part) > 0
      or instr(lower(u.email), :part) > 0
  ),
  -- One row per record and way, numbered from the surest way.
  ranked as (
    select
      f.rank as rank,
      f.kind as kind,
      f.id as id,
      f.name as name,
      f.found_by as found_by,
      f.detail as detail,
      f.url as url,
      row_number() over (partition by f.kind, f.id order by f.rank) as way
    from found as f
  )
select
  r.kind as kind,
  r.id as id,
  r.name as name,
  r.found_by as found_by,
  r.detail as detail,
  r.url as url
from ranked as r
where r.way = 1
  and (:kind is null or r.kind = :kind)
order by
  r.rank,
  case r.kind when 'account' then 1 when 'org' then 2 when 'user' then 3 else 4 end,
  lower(r.name),
  r.id
