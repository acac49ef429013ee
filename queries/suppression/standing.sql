-- One row per suppression as of a day: its state, and how many issues of a run it speaks of.
--
-- :today and :soon are ISO-8601 dates, UTC. issue_count is null where it is not known: the suppression was
-- removed, the run did not evaluate the code, or :run_id is null because there is no run. It is counted by what
-- the suppression names, not by suppressed_by: one that is younger than the run has no issue there yet.
with spoken_of as (
  -- One row per suppression with the first and the last issue key that may be its.
  select
    s.suppression_id as suppression_id,
    coalesce(s.code, substr(s.issue_key, 1, instr(s.issue_key, '/') - 1)) as code,
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
)
select
  s.suppression_id as suppression_id,
  s.issue_key as issue_key,
  s.code as code,
  s.account_id as account_id,
  coalesce(s.issue_key, s.code || ' on ' || s.account_id) as target,
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
  case
    when s.removed_at is null and k.is_evaluated = 1 then (
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
    )
  end as issue_count
from suppressions as s
cross join spoken_of as p
left join run_coverage as k
  on k.run_id = :run_id
  and k.code = p.code
where p.suppression_id = s.suppression_id
