-- The detection of orgdrift in DuckDB's way: every step a table, joins left to the optimizer.
-- The evidence is left out. Merged accounts are left out as well: the generated companies have none.

-- One row per account and usable domain: X(a).
create table expected as
select account_id, domain
from account_domain
where domain not in (select domain from personal);

-- One row per domain that accounts expect.
create table owner as
select domain, count(*) as owner_count, min(account_id) as account_id
from expected
group by domain;

-- One row per domain that accounts expect and organization that holds it.
create table holder as
select d.domain, d.organization_id
from organization_domain as d
semi join owner as w on w.domain = d.domain;

-- One row per account, mark and organization: S(a) and E(a).
create table claim as
select a.account_id, 'stored_id' as match_rule, o.id as organization_id
from account as a
join organization as o on o.id = a.stored_organization_id
union all
select a.account_id, 'external_id', o.id
from organization as o
join account as a on a.account_key = o.account_key;

create table claimed_organization as
select distinct account_id, organization_id
from claim;

-- One row per account without a claim, organization that holds a domain of it, and domain.
create table held as
select x.account_id, h.organization_id, x.domain
from expected as x
join holder as h on h.domain = x.domain
anti join claim as k on k.account_id = x.account_id;

-- One row per account and organization: D(a); is_kept marks K(a).
create table candidate as
with pair as (
  -- One row per account and organization.
  select account_id, organization_id, count(*) as domain_count
  from held
  group by account_id, organization_id
),
served as (
  -- One row per pair that another account with the same domains has.
  select distinct h.account_id, h.organization_id
  from (
    select h.account_id, h.organization_id, k.account_id as other, count(*) as domain_count
    from held as h
    join claimed_organization as k on k.organization_id = h.organization_id
    join expected as x on x.account_id = k.account_id and x.domain = h.domain
    group by h.account_id, h.organization_id, k.account_id
  ) as h
  join pair as p
    on p.account_id = h.account_id
    and p.organization_id = h.organization_id
    and p.domain_count = h.domain_count
)
select
  p.account_id,
  p.organization_id,
  s.account_id is null as is_kept,
  o.external_id_key is null as is_blank
from pair as p
join organization as o on o.id = p.organization_id
left join served as s on s.account_id = p.account_id and s.organization_id = p.organization_id;

-- One row per account: what it resolves to.
create table link as
with external as (
  select account_id, count(*) as e_count, min(organization_id) as e_organization_id
  from claim
  where match_rule = 'external_id'
  group by account_id
),
stored as (
  select organization_id, count(*) as account_count
  from claim
  where match_rule = 'stored_id'
  group by organization_id
),
kept as (
  select
    account_id,
    count(*) as k_count,
    min(organization_id) as k_organization_id,
    count(*) filter (where is_blank) as k_blank_count
  from candidate
  where is_kept
  group by account_id
),
decided as (
  select
    a.account_id,
    a.stored_organization_id is not null and s.id is null as is_stored_dangling,
    s.id as s_organization_id,
    e.e_organization_id,
    k.k_organization_id,
    coalesce(k.k_blank_count, 0) as k_blank_count,
    case
      when e.e_count >= 2 then 'duplicate'
      when s.id is not null then case
        when e.e_count = 1 and e.e_organization_id = s.id then 'linked'
        when t.account_count >= 2 or e.e_count = 1 or s.external_id_key is not null then 'contested'
        else 'linked'
      end
      when e.e_count = 1 then 'linked'
      when k.k_count = 1 and k.k_blank_count = 1 then 'candidate'
      when k.k_count = 1 then 'conflict'
      when k.k_count >= 2 then 'ambiguous'
      else 'missing'
    end as link_state,
    case
      when e.e_count >= 2 then null
      when s.id is not null then 'stored_id'
      when e.e_count = 1 then 'external_id'
      when k.k_count = 1 then 'domain'
    end as match_rule
  from account as a
  left join organization as s on s.id = a.stored_organization_id
  left join stored as t on t.organization_id = s.id
  left join external as e on e.account_id = a.account_id
  left join kept as k on k.account_id = a.account_id
)
select
  account_id,
  link_state,
  match_rule,
  case match_rule
    when 'stored_id' then s_organization_id
    when 'external_id' then e_organization_id
    when 'domain' then k_organization_id
  end as organization_id,
  is_stored_dangling,
  k_blank_count
from decided;

-- One row per account whose organization another account claims too.
create table claimed as
select l.account_id
from link as l
join claim as k on k.organization_id = l.organization_id and k.account_id <> l.account_id
where l.link_state in ('linked', 'contested', 'candidate')
union
select l.account_id
from link as l
join candidate as k on k.organization_id = l.organization_id and k.account_id <> l.account_id and k.is_kept
join link as b on b.account_id = k.account_id and b.link_state in ('candidate', 'ambiguous')
where l.link_state = 'candidate';

-- One row per linked, contested or candidate account: what speaks against a repair.
create table verdict as
with fact as (
  -- One row per account: how many of its domains its organization holds.
  select
    l.account_id,
    count(*) as expected_count,
    count(h.domain) as held_count,
    count(h.domain) filter (where w.owner_count = 1) as held_sole_count
  from link as l
  join expected as x on x.account_id = l.account_id
  join owner as w on w.domain = x.domain
  left join holder as h on h.domain = x.domain and h.organization_id = l.organization_id
  where l.link_state in ('linked', 'contested', 'candidate')
  group by l.account_id
),
foreign_domain as (
  -- One row per account whose organization holds a domain that only others expect.
  select distinct l.account_id
  from link as l
  join holder as h on h.organization_id = l.organization_id
  anti join expected as x on x.domain = h.domain and x.account_id = l.account_id
  where l.link_state = 'candidate'
),
usable as (
  -- One row per organization with a usable domain.
  select distinct organization_id
  from organization_domain
  where domain not in (select domain from personal)
    and regexp_full_match(domain, '[a-z0-9-]+(\.[a-z0-9-]+)+')
),
candidate_count as (
  select account_id, count(*) as organization_count
  from candidate
  group by account_id
)
select
  l.account_id,
  l.organization_id,
  l.link_state,
  o.external_id_key is null as is_blank,
  o.is_sharing,
  l.is_stored_dangling,
  e.account_id is not null as is_external_id_in_use,
  c.account_id is not null as is_claimed,
  l.link_state = 'candidate' and (n.organization_count >= 2 or d.account_id is not null) as is_candidate_ambiguous,
  l.link_state = 'linked'
    and l.match_rule = 'stored_id'
    and o.external_id_key is null
    and coalesce(f.expected_count, 0) > 0
    and f.held_count = 0
    and u.organization_id is not null as is_domain_disagreeing,
  l.link_state = 'candidate' and coalesce(f.held_sole_count, 0) = 0 as is_every_domain_shared
from link as l
join organization as o on o.id = l.organization_id
left join fact as f on f.account_id = l.account_id
left join foreign_domain as d on d.account_id = l.account_id
left join usable as u on u.organization_id = l.organization_id
left join candidate_count as n on n.account_id = l.account_id
left join claimed as c on c.account_id = l.account_id
left join (
  select distinct k.account_id
  from claim as k
  join link as l on l.account_id = k.account_id and l.organization_id <> k.organization_id
  where k.match_rule = 'external_id'
) as e on e.account_id = l.account_id
where l.link_state in ('linked', 'contested', 'candidate');

-- One row per domain whose users are expected somewhere.
create table expectation as
select w.domain, w.owner_count, w.account_id, l.link_state, l.organization_id
from owner as w
join link as l on l.account_id = w.account_id
where w.owner_count = 1
  and l.link_state in ('linked', 'contested', 'candidate', 'duplicate')
union all
select w.domain, w.owner_count, w.account_id, null, null
from owner as w
where w.owner_count >= 2
  and w.domain in (
    select x.domain
    from expected as x
    join link as l on l.account_id = x.account_id
    where l.link_state in ('linked', 'contested', 'candidate', 'duplicate')
  );

create table eligible as
select u.id, u.domain, u.organization_id, u.verified, u.shared
from person as u
where u.role = 'end-user'
  and u.active
  and not u.suspended;

-- One row per shared domain and organization where its users may be.
create table accepted as
select distinct x.domain, coalesce(k.organization_id, l.organization_id) as organization_id
from expected as x
join owner as w on w.domain = x.domain and w.owner_count >= 2
join link as l on l.account_id = x.account_id
left join claim as k
  on l.link_state = 'duplicate'
  and k.account_id = l.account_id
  and k.match_rule = 'external_id'
where l.link_state in ('linked', 'contested', 'candidate', 'duplicate');

-- One row per user who is not where the owner of the domain expects it.
create table user_drift as
with placed as (
  select
    u.id,
    u.domain,
    u.verified,
    u.shared,
    x.account_id,
    x.organization_id,
    case
      when x.owner_count >= 2 then case when s.domain is null then 'domain_ambiguous' end
      when x.link_state = 'duplicate' then case when k.account_id is null then 'blocked_duplicate' end
      when m.user_id is null then 'missing_membership'
      when u.organization_id is distinct from x.organization_id then 'default_not_expected'
    end as kind
  from eligible as u
  join expectation as x on x.domain = u.domain
  left join accepted as s
    on x.owner_count >= 2
    and s.domain = x.domain
    and s.organization_id = u.organization_id
  left join claim as k
    on x.link_state = 'duplicate'
    and k.match_rule = 'external_id'
    and k.account_id = x.account_id
    and k.organization_id = u.organization_id
  left join (select distinct user_id, organization_id from membership) as m
    on m.user_id = u.id
    and m.organization_id = x.organization_id
)
select
  p.*,
  coalesce(m.membership_count, 0) as membership_count,
  coalesce(m.membership_count, 0) - coalesce(i.membership_count, 0) as other_membership_count
from placed as p
left join (select user_id, count(*) as membership_count from membership group by user_id) as m on m.user_id = p.id
left join (
  select user_id, organization_id, count(*) as membership_count
  from membership
  group by user_id, organization_id
) as i on i.user_id = p.id and i.organization_id = p.organization_id
where p.kind is not null;

create table ticket_drift as
select
  t.id,
  x.account_id,
  x.organization_id as expected_organization_id,
  t.organization_id,
  t.status = 'closed' and t.created_at < (select closed_cutoff from setting) as is_outside_window
from ticket as t
join eligible as u on u.id = t.requester_id
join expectation as x on x.domain = u.domain
where t.status <> 'deleted'
  and x.owner_count = 1
  and x.link_state in ('linked', 'contested')
  and t.organization_id is distinct from x.organization_id;

-- One row per issue: the twelve codes.
create table exception as
select
  'org_duplicate_external_id' as code,
  l.account_id,
  k.organization_id::varchar as subject_id,
  k.organization_id,
  'blocked' as disposition,
  'duplicate_external_id' as blocked_reason
from link as l
join claim as k on k.account_id = l.account_id and k.match_rule = 'external_id'
where l.link_state = 'duplicate'
union all
select code, account_id, subject_id, organization_id, if(reason is null, 'prepared', 'blocked'), reason
from (
  select
    'org_missing_external_id' as code,
    account_id,
    organization_id::varchar as subject_id,
    organization_id,
    case
      when is_external_id_in_use then 'external_id_in_use'
      when link_state = 'contested' then 'account_link_contested'
      when is_claimed then 'org_claimed_by_other_account'
      when link_state = 'candidate' and is_stored_dangling then 'stored_org_id_dangling'
      when is_candidate_ambiguous then 'org_candidate_ambiguous'
      when is_domain_disagreeing then 'domain_disagrees'
      when is_every_domain_shared then 'domain_shared_by_accounts'
    end as reason
  from verdict
  where is_blank
)
union all
select
  if(k_blank_count > 0, 'org_missing_external_id', 'org_external_id_conflict'),
  account_id,
  account_id,
  null,
  'blocked',
  'org_candidate_ambiguous'
from link
where link_state = 'ambiguous'
union all
select
  'org_external_id_conflict', l.account_id, l.organization_id::varchar, l.organization_id, 'blocked', 'external_id_conflict'
from link as l
join organization as o on o.id = l.organization_id
where l.link_state in ('contested', 'conflict')
  and o.external_id_key is not null
union all
select 'account_missing_zendesk_org', account_id, account_id, null, 'review', null
from link
where link_state = 'missing'
union all
select code, account_id, subject_id, organization_id, if(reason is null, 'prepared', 'blocked'), reason
from (
  select
    'org_missing_expected_domain' as code,
    v.account_id,
    v.organization_id::varchar as subject_id,
    v.organization_id,
    case
      when v.link_state = 'contested' then 'account_link_contested'
      when v.is_claimed then 'org_claimed_by_other_account'
      when v.is_domain_disagreeing then 'domain_disagrees'
      when w.owner_count >= 2 then 'domain_shared_by_accounts'
      when v.is_sharing then 'organization_shares_tickets'
      when not s.is_multiple_allowed and exists (
        select 1
        from eligible as u
        join membership as m on m.user_id = u.id
        where u.domain = x.domain
          and m.organization_id <> v.organization_id
      ) then 'single_organization_account'
    end as reason
  from verdict as v
  cross join setting as s
  join expected as x on x.account_id = v.account_id
  join owner as w on w.domain = x.domain
  anti join holder as h on h.domain = x.domain
  where v.link_state in ('linked', 'contested')
)
union all
select
  'org_domain_attached_elsewhere',
  l.account_id,
  l.organization_id::varchar,
  l.organization_id,
  'blocked',
  if(w.owner_count >= 2, 'domain_shared_by_accounts', 'domain_belongs_to_other_org')
from link as l
join expected as x on x.account_id = l.account_id
join owner as w on w.domain = x.domain
semi join holder as h on h.domain = x.domain and h.organization_id <> l.organization_id
where l.link_state in ('linked', 'contested')
union all
select code, account_id, subject_id, organization_id, if(reason is null, 'prepared', 'blocked'), reason
from (
  select
    if(u.kind = 'missing_membership', 'user_missing_expected_membership', 'user_default_org_not_expected') as code,
    u.account_id,
    u.id::varchar as subject_id,
    u.organization_id,
    case
      when v.link_state = 'contested' then 'account_link_contested'
      when v.is_claimed then 'org_claimed_by_other_account'
      when v.is_domain_disagreeing then 'domain_disagrees'
      when h.domain is not null then 'domain_belongs_to_other_org'
      when v.link_state = 'candidate' then 'org_link_unconfirmed'
      when u.kind = 'missing_membership' and not u.verified then 'user_email_unverified'
      when u.kind = 'missing_membership' and v.is_sharing then 'organization_shares_tickets'
      when not s.is_multiple_allowed and u.kind = 'missing_membership' and u.membership_count > 0
        then 'single_organization_account'
      when not s.is_multiple_allowed and u.kind = 'default_not_expected' and u.other_membership_count > 0
        then 'single_organization_account'
      when u.shared then 'user_not_updatable'
    end as reason
  from user_drift as u
  cross join setting as s
  join verdict as v on v.account_id = u.account_id
  left join (
    select distinct x.account_id, h.domain
    from expectation as x
    join holder as h on h.domain = x.domain and h.organization_id <> x.organization_id
  ) as h on h.domain = u.domain
  where u.kind in ('missing_membership', 'default_not_expected')
)
union all
select 'user_resolution_blocked_duplicate_external_id', account_id, id::varchar, null, 'review', null
from user_drift
where kind = 'blocked_duplicate'
union all
select 'user_domain_ambiguous', account_id, id::varchar, null, 'blocked', 'user_domain_ambiguous'
from user_drift
where kind = 'domain_ambiguous'
union all
select
  if(organization_id is null, 'ticket_missing_org', 'ticket_org_mismatch'),
  account_id,
  id::varchar,
  expected_organization_id,
  'detect_only',
  null
from ticket_drift
where not is_outside_window;

-- One row per organization: the account that a hygiene finding on it goes to.
create table responsible as
select organization_id, coalesce(min(account_id) filter (where is_linked), min(account_id)) as account_id
from (
  select organization_id, account_id, true as is_linked
  from link
  where organization_id is not null
  union all
  select organization_id, account_id, false
  from claim
  where match_rule = 'external_id'
)
group by organization_id;

insert into exception
select 'external_id_not_canonical', k.account_id, o.id::varchar, o.id, 'review', null
from claim as k
join organization as o on o.id = k.organization_id
where k.match_rule = 'external_id'
  and o.external_id <> k.account_id
union all
select 'orphan_org', null, o.id::varchar, o.id, 'review', null
from organization as o
anti join claim as k on k.organization_id = o.id
anti join holder as h on h.organization_id = o.id
union all
select 'personal_domain_on_org', r.account_id, d.organization_id::varchar, d.organization_id, 'review', null
from organization_domain as d
semi join personal as p on p.domain = d.domain
left join responsible as r on r.organization_id = d.organization_id
union all
select 'stored_org_id_dangling', account_id, account_id, null, 'review', null
from link
where is_stored_dangling
union all
select 'email_domain_outside_org', r.account_id, u.id::varchar, m.organization_id, 'review', null
from (select distinct user_id, organization_id from membership) as m
semi join organization as o on o.id = m.organization_id
join person as u on u.id = m.user_id
anti join personal as p on p.domain = u.domain
anti join organization_domain as h on h.organization_id = m.organization_id and h.domain = u.domain
anti join (
  select l.organization_id, x.domain
  from link as l
  join expected as x on x.account_id = l.account_id
  where l.link_state <> 'conflict'
  union
  select k.organization_id, x.domain
  from claim as k
  join expected as x on x.account_id = k.account_id
) as e on e.organization_id = m.organization_id and e.domain = u.domain
left join responsible as r on r.organization_id = m.organization_id
where regexp_full_match(u.domain, '[a-z0-9-]+(\.[a-z0-9-]+)+');
