-- One row per account that is linked, contested or a candidate: what speaks against a repair on its
-- organization.
--
-- reads: _link_candidate _link_domain_holder _link_expected_domain _link_domain_owner _link_related_domain
--   _link_field_account _link_ancestor _link_account_name _link_member _run_context _link_account _link_organization
--   _link_name _link_claim _link_claimant _organization_domain_versions _domains
with fact as (
  -- One row per account: its organization and the facts that the refusals ask for.
  select
    l.account_id as account_id,
    l.organization_id as organization_id,
    l.link_state as link_state,
    l.match_rule as match_rule,
    case when l.is_stored_dangling = 1 or l.is_stored_unreadable = 1 then 1 else 0 end as is_stored_useless,
    -- The stored id alone ties them.
    case
      when l.link_state = 'linked' and l.match_rule = 'stored_id' and o.is_blank = 1 then 1
      else 0
    end as is_by_stored_id,
    c.is_stored_id_trusted as is_stored_id_trusted,
    o.is_blank as is_blank,
    o.is_sharing as is_sharing,
    o.is_sharing_undecided as is_sharing_undecided,
    o.is_domains_undecided as is_domains_undecided,
    o.is_fields_undecided as is_fields_undecided,
    (
      select count(*)
      from _link_candidate as d
      where d.account_id = l.account_id
    ) as candidate_count,
    (
      select count(*)
      from _link_domain_holder as h
      where h.organization_id = l.organization_id
    ) as held_count,
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
      from _link_expected_domain as x
      cross join _link_domain_holder as h
      cross join _link_domain_owner as w
      where x.account_id = l.account_id
        and h.domain_id = x.domain_id
        and h.organization_id = l.organization_id
        and w.domain_id = x.domain_id
        and w.owner_count = 1
    ) as held_sole_count,
    (
      select count(*)
      from _link_related_domain as r
      cross join _link_domain_holder as h
      where r.account_id = l.account_id
        and h.domain_id = r.domain_id
        and h.organization_id = l.organization_id
    ) as held_related_count,
    (
      select count(*)
      from _link_field_account as k
      where k.organization_id = l.organization_id
    ) as field_count,
    (
      select count(*)
      from _link_field_account as k
      where k.organization_id = l.organization_id
        and k.account_id = l.account_id
    ) as field_own_count,
    (
      select count(*)
      from _link_ancestor as g
      cross join _link_field_account as k
      where g.account_id = l.account_id
        and k.organization_id = l.organization_id
        and k.account_id = g.ancestor_account_id
    ) as field_ancestor_count,
    coalesce(n.account_count, 0) as name_count,
    (
      select count(*)
      from _link_account_name as a
      where a.account_id = l.account_id
        and a.name_key = o.name_key
    ) as name_own_count,
    coalesce(
      (
        select sum(m.eligible_count)
        from _link_member as m
        where m.organization_id = l.organization_id
          and m.domain_id > 0
      ),
      0
    ) as member_count,
    coalesce(
      (
        select sum(m.eligible_count)
        from _link_expected_domain as x
        cross join _link_member as m
        where x.account_id = l.account_id
          and m.organization_id = l.organization_id
          and m.domain_id = x.domain_id
      ),
      0
    ) as member_own_count,
    coalesce(
      (
        select sum(m.undecided_count)
        from _link_member as m
        where m.organization_id = l.organization_id
      ),
      0
    ) as member_undecided_count
  from _run_context as c
  cross join _link_account as l
  cross join _link_organization as o
  left join _link_name as n
    on n.name_key = o.name_key
  where l.link_state in ('linked', 'contested', 'candidate')
    and o.organization_id = l.organization_id
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
  f.is_stored_useless as is_stored_useless,
  case
    when f.link_state <> 'candidate' then 0
    when f.candidate_count >= 2 then 1
    -- A domain of the organization that others expect and this account does not.
    when f.held_count > f.held_expected_count then 1
    else 0
  end as is_candidate_ambiguous,
  case
    when f.is_by_stored_id = 1
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
    when f.is_by_stored_id = 1
      and f.is_stored_id_trusted = 0
      and f.held_expected_count = 0
      and f.name_own_count = 0
      and f.member_own_count = 0 then 1
    else 0
  end as is_uncorroborated,
  case when f.field_count > f.field_own_count + f.field_ancestor_count then 1 else 0 end as is_field_of_other,
  case
    when f.link_state <> 'candidate' then 0
    when f.name_count > 0 and f.name_own_count = 0 then 1
    when f.member_count >= 2 and 2 * (f.member_count - f.member_own_count) > f.member_count then 1
    else 0
  end as is_looking_like_other,
  case
    when f.link_state = 'candidate' or (f.is_by_stored_id = 1 and f.name_own_count = 0) then case
      when f.held_expected_count > 0 and f.held_sole_count = 0 then 1
      else 0
    end
    else 0
  end as is_every_domain_shared,
  case
    when f.link_state = 'candidate'
      and f.held_expected_count > 0
      and f.held_related_count = f.held_expected_count then 1
    else 0
  end as is_every_domain_related,
  f.is_sharing as is_sharing,
  f.is_sharing_undecided as is_sharing_undecided,
  -- A domain might contradict the stored id.
  case
    when f.is_by_stored_id = 1 and f.expected_count > 0 then f.is_domains_undecided
    else 0
  end as is_domains_undecided,
  f.is_fields_undecided as is_fields_undecided,
  -- A member might show that the organization is another account's.
  case when f.link_state = 'candidate' and f.member_undecided_count > 0 then 1 else 0 end as is_member_undecided,
  f.name_count - f.name_own_count as other_name_count,
  f.member_count as member_count,
  f.member_own_count as member_own_count
from fact as f
