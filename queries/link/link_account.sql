-- One row per account of the run: the organization that it resolves to, how, and in which state.
--
-- reads: _link_claim _link_candidate _run_context _link_known_account _organization_versions
--
-- The first case that holds decides. An account whose row could not be used has none. Trust goes from the stored
-- organization id over the key to the domain; a name never links.
with fact as (
  -- One row per account: what it stores, what carries its id, what its domains point to.
  select
    a.account_id as account_id,
    a.is_unread as is_unread,
    a.stored_organization_id as stored_organization_id,
    a.is_stored_unreadable as is_stored_unreadable,
    s.organization_id as s_organization_id,
    s.account_key as s_account_key,
    (
      select count(*)
      from _link_claim as k
      where k.account_id = a.account_id
        and k.match_rule = 'external_id'
    ) as e_count,
    (
      select min(k.organization_id)
      from _link_claim as k
      where k.account_id = a.account_id
        and k.match_rule = 'external_id'
    ) as e_organization_id,
    (
      select count(*)
      from _link_claim as k
      where k.organization_id = s.organization_id
        and k.match_rule = 'stored_id'
    ) as s_account_count,
    (
      select count(*)
      from _link_candidate as k
      where k.account_id = a.account_id
        and k.is_kept = 1
    ) as k_count,
    (
      select min(k.organization_id)
      from _link_candidate as k
      where k.account_id = a.account_id
        and k.is_kept = 1
    ) as k_organization_id,
    (
      select count(*)
      from _link_candidate as k
      where k.account_id = a.account_id
        and k.is_kept = 1
        and k.is_blank = 1
    ) as k_blank_count
  from _run_context as c
  cross join _link_known_account as a
  left join _organization_versions as s
    on s.organization_id = a.stored_organization_id
    and s.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < s.valid_to
  where a.has_id = 1
),
decided as (
  -- One row per account: its state and the rule that gave it.
  select
    f.account_id as account_id,
    f.stored_organization_id as stored_organization_id,
    f.is_stored_unreadable as is_stored_unreadable,
    f.s_organization_id as s_organization_id,
    f.e_organization_id as e_organization_id,
    f.k_organization_id as k_organization_id,
    case
      when f.is_unread = 1 then 'unread'
      when f.e_count >= 2 then 'duplicate'
      when f.s_organization_id is not null then case
        when f.e_count = 1 and f.e_organization_id = f.s_organization_id then 'linked'
        when f.s_account_count >= 2 then 'contested'
        when f.e_count = 1 then 'contested'
        when f.s_account_key is not null then 'contested'
        else 'linked'
      end
      when f.e_count = 1 then 'linked'
      when f.k_count = 1 and f.k_blank_count = 1 then 'candidate'
      when f.k_count = 1 then 'conflict'
      when f.k_count >= 2 then 'ambiguous'
      else 'missing'
    end as link_state,
    case
      when f.is_unread = 1 then null
      when f.e_count >= 2 then null
      when f.s_organization_id is not null then 'stored_id'
      when f.e_count = 1 then 'external_id'
      when f.k_count = 1 then 'domain'
      else null
    end as match_rule
  from fact as f
)
select
  d.account_id as account_id,
  d.link_state as link_state,
  case d.match_rule
    when 'stored_id' then d.s_organization_id
    when 'external_id' then d.e_organization_id
    when 'domain' then d.k_organization_id
    else null
  end as organization_id,
  d.match_rule as match_rule,
  case
    when d.stored_organization_id is not null and d.s_organization_id is null then 1
    else 0
  end as is_stored_dangling,
  d.is_stored_unreadable as is_stored_unreadable
from decided as d
