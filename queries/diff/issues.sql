-- One row per issue key that differs between two runs, whatever was in between.
--
-- Parameters: :old_run_id, :new_run_id. A key can differ only if a version of it begins or ends after the
-- one run and no later than the other: the indexes over these ends find all such keys, and each is compared
-- as it stood in the two runs. A code that one of the runs did not evaluate has a row for every issue that
-- is known of it.
with code as (
  -- One row per code.
  select
    c.code as code,
    c.family as family,
    c.is_comparable as is_comparable,
    c.why as why,
    c.is_version_changed as is_version_changed,
    c.old_bound_since as old_bound_since,
    s.snapshot_id as old_listed_snapshot_id,
    s.taken_at as old_listed_at
  from _run_pair_codes as c
  left join snapshots as s
    on s.snapshot_id = c.old_listed_snapshot_id
  where c.old_run_id = :old_run_id
    and c.new_run_id = :new_run_id
),
touched as (
  -- One row per issue key that may differ.
  select v.issue_key as issue_key
  from _issue_versions as v
  where v.valid_from > :old_run_id
    and v.valid_from <= :new_run_id
  union
  select v.issue_key as issue_key
  from _issue_versions as v
  where v.valid_to > :old_run_id
    and v.valid_to <= :new_run_id
    and v.valid_to < 9223372036854775807
  union
  -- Passes all issues, but only if there is a code that cannot be compared.
  select v.issue_key as issue_key
  from (
    select 1 as is_any
    from code as c
    where c.is_comparable = 0
    limit 1
  ) as a
  cross join _issue_versions as v
  where v.valid_from <= :new_run_id
    and v.valid_to > :old_run_id
    and v.code in (
      select c.code
      from code as c
      where c.is_comparable = 0
    )
),
unlisted as materialized (
  -- One row per issue key of the later run whose ticket was there before and archived, so that the list of the
  -- earlier run left it out. Empty unless that run read tickets from a list.
  select distinct n.issue_key as issue_key
  from touched as t
  cross join _issue_versions as n
  cross join code as c
  cross join _ticket_versions as tv
  where exists (
      select 1
      from code as a
      where a.old_listed_snapshot_id is not null
    )
    and n.issue_key = t.issue_key
    and n.valid_from <= :new_run_id
    and :new_run_id < n.valid_to
    and n.ticket_id is not null
    and c.code = n.code
    and tv.ticket_id = n.ticket_id
    and tv.created_at < c.old_listed_at
    and not exists (
      select 1
      from _ticket_versions as e
      where e.ticket_id = n.ticket_id
        and e.valid_from <= c.old_listed_snapshot_id
    )
),
judged as materialized (
  -- One row per issue key of at least one of the runs, with what became of it; null: nothing.
  select
    t.issue_key as issue_key,
    o.valid_from as old_valid_from,
    n.valid_from as new_valid_from,
    case
      when c.is_comparable = 0 then 'not_comparable'
      when o.issue_key is not null and n.issue_key is not null then case
        when o.hash_high <> n.hash_high or o.hash_low <> n.hash_low then 'changed'
      end
      when o.issue_key is null and exists (
        select 1
        from _ticket_versions as tv
        where tv.ticket_id = n.ticket_id
          and tv.created_at < c.old_bound_since
      ) then 'not_comparable'
      when o.issue_key is null and u.issue_key is not null then 'not_comparable'
      else case (
          -- How the last version ended that began no later than the run in which the issue is not open.
          select coalesce(e.close_reason, 'gone')
          from _issue_versions as e
          where e.issue_key = t.issue_key
            and e.valid_from <= case when o.issue_key is null then :old_run_id else :new_run_id end
          order by e.valid_from desc
          limit 1
        )
        when 'left_window' then 'not_comparable'
        when 'unread' then 'not_comparable'
        when 'gone' then case when o.issue_key is null then 'reopened' else 'resolved' end
        else 'new'
      end
    end as change,
    coalesce(c.why, case when u.issue_key is not null then 'run ' || :old_run_id || ' read no archived tickets' end,
      case when exists (
        select 1
        from _link_versions as l
        where l.account_id = coalesce(o.account_id, n.account_id)
          and l.link_state = 'unread'
          and l.valid_from <= case when o.issue_key is null then :old_run_id else :new_run_id end
          and case when o.issue_key is null then :old_run_id else :new_run_id end < l.valid_to
      ) then 'the row of the account could not be used in run '
        || case when o.issue_key is null then :old_run_id else :new_run_id end
      end,
      'the ticket is outside the window of run '
      || case when o.issue_key is null then :old_run_id else :new_run_id end) as why,
    c.code as code,
    c.family as family,
    case
      when c.is_version_changed = 1 then 1
      when c.is_comparable = 1 and o.issue_key is not null and n.issue_key is not null
        and o.suppressed_by is distinct from n.suppressed_by then 1
      else 0
    end as is_own_rule_changed
  from touched as t
  left join _issue_versions as o
    on o.issue_key = t.issue_key
    and o.valid_from <= :old_run_id
    and :old_run_id < o.valid_to
  left join _issue_versions as n
    on n.issue_key = t.issue_key
    and n.valid_from <= :new_run_id
    and :new_run_id < n.valid_to
  left join unlisted as u
    on u.issue_key = t.issue_key
  cross join code as c
  where c.code = coalesce(n.code, o.code)
),
compared as materialized (
  -- One row per difference, as the later of the two versions has it; differences: a JSON object with
  -- [old, new] for each column that differs of an issue that changed.
  select
    j.issue_key as issue_key,
    j.change as change,
    j.code as code,
    j.family as family,
    j.is_own_rule_changed as is_own_rule_changed,
    case when j.change = 'not_comparable' then j.why end as why,
    coalesce(p.severity, q.severity) as severity,
    coalesce(n.account_id, o.account_id) as account_id,
    coalesce(n.organization_id, o.organization_id) as organization_id,
    coalesce(n.domain, o.domain) as domain,
    coalesce(n.disposition, o.disposition) as disposition,
    coalesce(n.subject_kind, o.subject_kind) as subject_kind,
    coalesce(n.subject_id, o.subject_id) as subject_id,
    case when j.change = 'changed' then (
      select json_group_object(x.column_name, json_array(json(x.old_value), json(x.new_value)))
      from (
        select 'severity' as column_name, json_quote(q.severity) as old_value, json_quote(p.severity) as new_value
        union all
        select 'rule_version', json_quote(o.rule_version), json_quote(n.rule_version)
        union all
        select 'account_id', json_quote(o.account_id), json_quote(n.account_id)
        union all
        select 'organization_id', json_quote(o.organization_id), json_quote(n.organization_id)
        union all
        select 'user_id', json_quote(o.user_id), json_quote(n.user_id)
        union all
        select 'domain', json_quote(o.domain), json_quote(n.domain)
        union all
        select 'disposition', json_quote(o.disposition), json_quote(n.disposition)
        union all
        select 'suppressed_by', json_quote(o.suppressed_by), json_quote(n.suppressed_by)
        union all
        select 'action', json_quote(o.action), json_quote(n.action)
        union all
        select 'blocked_reason', json_quote(o.blocked_reason), json_quote(n.blocked_reason)
        union all
        select 'suggested_action', json_quote(o.suggested_action), json_quote(n.suggested_action)
        union all
        select 'evidence.' || k.key, o.evidence -> k.key, n.evidence -> k.key
        from (
          select e.key as key
          from json_each(o.evidence) as e
          union
          select e.key as key
          from json_each(n.evidence) as e
        ) as k
        -- What changes while the drift does not, as in the hash of an issue.
        where not exists (
          select 1
          from json_each(coalesce(p.evidence, q.evidence)) as e
          where e.value ->> 'key' = k.key
            and e.value ->> 'is_volatile' = 1
        )
      ) as x
      where x.old_value is distinct from x.new_value
    ) end as differences
  from judged as j
  left join _issue_versions as o
    on o.issue_key = j.issue_key
    and o.valid_from = j.old_valid_from
  left join _issue_versions as n
    on n.issue_key = j.issue_key
    and n.valid_from = j.new_valid_from
  left join rule_versions as q
    on q.code = o.code
    and q.version = o.rule_version
  left join rule_versions as p
    on p.code = n.code
    and p.version = n.rule_version
  where j.change is not null
)
select
  a.run_id as previous_run_id,
  b.run_id as run_id,
  d.change as change,
  d.issue_key as issue_key,
  d.code as code,
  d.family as family,
  d.severity as severity,
  d.account_id as account_id,
  coalesce(na.account_name, oa.account_name) as account_name,
  d.organization_id as organization_id,
  d.domain as domain,
  d.disposition as disposition,
  (
    select group_concat(e.key, ', ')
    from json_each(d.differences) as e
  ) as changed_columns,
  (
    select json_group_object(e.key, json(e.value -> 0))
    from json_each(d.differences) as e
    having count(*) > 0
  ) as old_values,
  (
    select json_group_object(e.key, json(e.value -> 1))
    from json_each(d.differences) as e
    having count(*) > 0
  ) as new_values,
  (
    -- The same for people.
    select group_concat(e.key || ': ' || coalesce(e.value ->> 0, '-') || ' → ' || coalesce(e.value ->> 1, '-'), '; ')
    from json_each(d.differences) as e
  ) as what_changed,
  d.why as why,
  case
    when d.change = 'not_comparable' then null
    when not exists (
      select 1
      from json_each(d.differences) as e
      where e.key not in ('disposition', 'suppressed_by')
    ) and exists (
      select 1
      from json_each(d.differences) as e
      where e.key = 'suppressed_by'
    ) then 'suppression'
    when r.is_same_records = 1 then 'rule'
    when d.is_own_rule_changed = 0 and r.is_rule_changed = 0 then 'world'
    else 'rule or world'
  end as cause,
  case when d.is_own_rule_changed = 1 then 1 else r.is_rule_changed end as is_rule_changed,
  'https://'
  || case
    when instr(z.source_identity, '/') > 0 then
      substr(z.source_identity, 1, instr(z.source_identity, '/') - 1)
    else z.source_identity
  end
  || '.zendesk.com/agent/'
  || case d.subject_kind
    when 'organization' then 'organizations/' || d.subject_id
    when 'user' then 'users/' || d.subject_id
    when 'ticket' then 'tickets/' || d.subject_id
    when 'account' then 'organizations/' || cast(d.organization_id as text)
  end as url
from runs as a
cross join runs as b
cross join _run_pairs as r
cross join snapshots as z
cross join compared as d
left join _account_versions as oa
  on oa.account_id = d.account_id
  and oa.valid_from <= a.salesforce_snapshot_id
  and a.salesforce_snapshot_id < oa.valid_to
left join _account_versions as na
  on na.account_id = d.account_id
  and na.valid_from <= b.salesforce_snapshot_id
  and b.salesforce_snapshot_id < na.valid_to
where a.run_id = :old_run_id
  and b.run_id = :new_run_id
  and r.old_run_id = a.run_id
  and r.new_run_id = b.run_id
  and z.snapshot_id = b.zendesk_snapshot_id
