-- One row per eligible user who is not where the owner of the e-mail domain expects it.
--
-- reads: _link_expected_domain _link_account _link_claim _membership_versions _run_context _user_versions
--   _link_domain_expectation
--
-- kind: missing_membership, default_not_expected, blocked_duplicate or domain_ambiguous. The codes of
-- users read this relation, so that the users are passed once.
with placed as (
  -- One row per eligible user on an expected domain: its place and the expected one.
  select
    u.user_id as user_id,
    x.domain_id as domain_id,
    x.owner_count as owner_count,
    x.account_id as account_id,
    x.link_state as link_state,
    x.organization_id as organization_id,
    u.default_organization_id as default_organization_id,
    u.is_verified as is_verified,
    u.is_shared as is_shared,
    u.ticket_restriction as ticket_restriction,
    case
      when x.owner_count >= 2 then case
        when exists (
          select 1
          from _link_expected_domain as e
          cross join _link_account as b
          where e.domain_id = x.domain_id
            and b.account_id = e.account_id
            and b.link_state in ('linked', 'contested', 'candidate')
            and b.organization_id = u.default_organization_id
        ) then 'expected'
        when exists (
          select 1
          from _link_expected_domain as e
          cross join _link_account as b
          cross join _link_claim as k
          where e.domain_id = x.domain_id
            and b.account_id = e.account_id
            and b.link_state = 'duplicate'
            and k.account_id = b.account_id
            and k.match_rule = 'external_id'
            and k.organization_id = u.default_organization_id
        ) then 'expected'
        else 'domain_ambiguous'
      end
      when x.link_state = 'duplicate' then case
        when exists (
          select 1
          from _link_claim as k
          where k.account_id = x.account_id
            and k.match_rule = 'external_id'
            and k.organization_id = u.default_organization_id
        ) then 'expected'
        else 'blocked_duplicate'
      end
      when not exists (
        select 1
        from _membership_versions as m
        where m.user_id = u.user_id
          and m.valid_from <= c.zendesk_snapshot_id
          and c.zendesk_snapshot_id < m.valid_to
          and m.organization_id = x.organization_id
      ) then 'missing_membership'
      when u.default_organization_id <> x.organization_id
        or (u.default_organization_id is null) <> (x.organization_id is null) then 'default_not_expected'
      else 'expected'
    end as kind
  from _run_context as c
  cross join _user_versions as u
  cross join _link_domain_expectation as x
  where u.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < u.valid_to
    and u.role = 'end-user'
    and u.is_active = 1
    and u.is_suspended = 0
    and u.undecided_fields is null
    and x.domain_id = u.email_domain_id
)
select
  p.user_id as user_id,
  p.kind as kind,
  p.domain_id as domain_id,
  p.account_id as account_id,
  p.link_state as link_state,
  p.organization_id as organization_id,
  p.default_organization_id as default_organization_id,
  p.is_verified as is_verified,
  p.is_shared as is_shared,
  p.ticket_restriction as ticket_restriction,
  (
    select count(*)
    from _run_context as c
    cross join _membership_versions as m
    where m.user_id = p.user_id
      and m.valid_from <= c.zendesk_snapshot_id
      and c.zendesk_snapshot_id < m.valid_to
  ) as membership_count,
  (
    select count(*)
    from _run_context as c
    cross join _membership_versions as m
    where m.user_id = p.user_id
      and m.valid_from <= c.zendesk_snapshot_id
      and c.zendesk_snapshot_id < m.valid_to
  ) - (
    select count(*)
    from _run_context as c
    cross join _membership_versions as m
    where m.user_id = p.user_id
      and m.organization_id = p.organization_id
      and m.valid_from <= c.zendesk_snapshot_id
      and c.zendesk_snapshot_id < m.valid_to
  ) as other_membership_count
from placed as p
where p.kind <> 'expected'
