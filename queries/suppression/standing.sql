-- One row per suppression as of a day: its state, and how many issues of a run it speaks of.
--
-- :today and :soon are ISO-8601 dates, UTC. issue_count is null where it is not known: the suppression was
-- removed, the run did not evaluate the code, or :run_id is null because there is no run. It is counted by what
-- the suppression names, not by suppressed_by: one that is younger than the run has no issue there yet. A family is
-- that of the newest run.
with recursive spoken_of as (
  -- One row per suppression with the first and the last issue key that may be its.
  select
    s.suppression_id as suppression_id,
    case
      when s.issue_key is not null then s.issue_key
      when exists (
        -- The keys of these name the account behind the code.
        select 1
        from rule_versions as q
        where q.code = s.code
          and q.family = 'drift'
          and q.layer = 'organization'
      ) then s.code || '/' || s.account_id || '/'
      else s.code || '/'
    end as first_key,
    s.issue_key as only_key,
    s.account_id as account_id
  from suppressions as s
  where s.is_family = 0
),
family as (
  -- One row per suppression of a family and account of it.
  select
    s.suppression_id as suppression_id,
    s.code as code,
    s.account_id as account_id
  from suppressions as s
  where s.is_family = 1
  union
  select
    f.suppression_id as suppression_id,
    f.code as code,
    a.account_id as account_id
  from family as f
  cross join _link_known_account as a
  where a.parent_account_id = f.account_id
),
part as (
  -- One row per suppression with the issues of its key or account, and per account of a family with the issues there.
  select
    p.suppression_id as suppression_id,
    (
      select count(*)
      from _issue_versions as v
      where v.issue_key >= p.first_key
        -- The character after the slash that ends first_key is 0.
        and v.issue_key < case
          when p.only_key is null then substr(p.first_key, 1, length(p.first_key) - 1) || '0'
          else p.only_key || ' '
        end
        and v.valid_from <= :run_id
        and :run_id < v.valid_to
        and (p.account_id is null or v.account_id = p.account_id)
    ) as issue_count
  from spoken_of as p
  union all
  select
    f.suppression_id as suppression_id,
    (
      select count(*)
      from _issue_versions as v
      where v.account_id = f.account_id
        and v.code = f.code
        and v.valid_from <= :run_id
        and :run_id < v.valid_to
    ) as issue_count
  from family as f
),
counted as (
  -- One row per suppression.
  select
    p.suppression_id as suppression_id,
    sum(p.issue_count) as issue_count
  from part as p
  group by p.suppression_id
)
select
  s.suppression_id as suppression_id,
  s.issue_key as issue_key,
  s.code as code,
  s.account_id as account_id,
  s.is_family as is_family,
  coalesce(
    s.issue_key,
    s.code || case s.is_family when 1 then ' on the family of ' else ' on ' end || s.account_id
  ) as target,
  s.reason as reason,
  s.owner as owner,
  s.created_at as created_at,
  s.expires_on as expires_on,
  s.removed_at as removed_at,
  case
    when s.removed_at is not null then 'removed'
    when s.expires_on < :today then 'lapsed'
    when s.expires_on <= :soon then 'lapsing'
    else 'active'
  end as state,
  case when s.removed_at is null and k.is_evaluated = 1 then n.issue_count end as issue_count
from counted as n
cross join suppressions as s
left join run_coverage as k
  on k.run_id = :run_id
  and k.code = coalesce(s.code, substr(s.issue_key, 1, instr(s.issue_key, '/') - 1))
where s.suppression_id = n.suppression_id
