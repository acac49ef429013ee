-- One row per account that is linked, contested or a candidate: what speaks against a repair on its
-- organization.
--
-- reads: _link_candidate _link_expected_domain _link_domain_holder _link_domain_owner _run_context
--   _link_account _organization_versions _link_claim _link_claimant _organization_domain_versions _domains
with fact as (
  -- One row per account: its organization and the facts that the refusals ask for.
  select
    l.account_id as account_id,
    l.organization_id as organization_id,
    l.link_state as link_state,
    l.match_rule as match_rule,
    l.is_stored_dangling as is_stored_dangling,
    case when o.account_key is null then 1 else 0 end as is_blank,
    case when o.is_shared_tickets = 0 and o.is_shared_comments = 0 then 0 else 1 end as is_sharing,
    (
      select count(*)
      from _link_candidate as d
      where d.account_id = l.account_id
    ) as candidate_count,
    (
      select count(*)
      from _link_expected_domain as x
      where x.account_id = l.account_id
    ) as expected_count,
    (
      select count(*)
      from _link_expected_domain as x
      cross join _link_domain_holder as h
      where x.account_id = l.account_id
        and h.domain_id = x.domain_id
        and h.organization_id = l.organization_id
    ) as held_expected_count,
    (
      select count(*)
      from _link_domain_holder as h
      where h.organization_id = l.organization_id
    ) as held_count,
    (
      select count(*)
      from _link_expected_domain as x
      cross join _link_domain_holder as h
      cross join _link_domain_owner as w
      where x.account_id = l.account_id
        and h.domain_id = x.domain_id
        and h.organization_id = l.organization_id
        and w.domain_id = x.domain_id
        and w.owner_count = 1
    ) as held_sole_count
  from _run_context as c
  cross join _link_account as l
  cross join _organization_versions as o
  where l.link_state in ('linked', 'contested', 'candidate')
    and o.organization_id = l.organization_id
    and o.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < o.valid_to
)
select
  f.account_id as account_id,
  f.organization_id as organization_id,
  f.link_state as link_state,
  f.match_rule as match_rule,
  f.is_blank as is_blank,
  case
    when exists (
      select 1
      from _link_claim as k
      where k.account_id = f.account_id
        and k.match_rule = 'external_id'
        and k.organization_id <> f.organization_id
    ) then 1
    else 0
  end as is_external_id_in_use,
  case
    when exists (
      select 1
      from _link_claimant as k
      where k.account_id = f.account_id
    ) then 1
    else 0
  end as is_claimed,
  case
    when f.link_state <> 'candidate' then 0
    when f.candidate_count >= 2 then 1
    -- A domain of the organization that others expect and this account does not.
    when f.held_count > f.held_expected_count then 1
    else 0
  end as is_candidate_ambiguous,
  f.is_stored_dangling as is_stored_dangling,
  case
    when f.link_state = 'linked'
      and f.match_rule = 'stored_id'
      and f.is_blank = 1
      and f.expected_count > 0
      and f.held_expected_count = 0
      and exists (
        -- A usable domain of the organization: valid and not on the list.
        select 1
        from _run_context as c
        cross join _organization_domain_versions as v
        cross join _domains as d
        where v.organization_id = f.organization_id
          and v.valid_from <= c.zendesk_snapshot_id
          and c.zendesk_snapshot_id < v.valid_to
          and d.domain_id = v.domain_id
          and d.is_valid = 1
          and d.listed_kind is null
      ) then 1
    else 0
  end as is_domain_disagreeing,
  case
    when f.link_state = 'candidate' and f.held_sole_count = 0 then 1
    else 0
  end as is_every_domain_shared,
  f.is_sharing as is_sharing
from fact as f
