-- One row per organization of the run: whose it is known to be, and what was not read of it.
--
-- reads: _run_context _organization_versions _account_merge_versions _link_claim _link_account
--
-- first_account_id and last_account_id are the smallest and the largest of the accounts that its key or its
-- external_id names, or that store its id. It is foreign to every account but the one that both name; where both are
-- null, to none. An id that nobody has stands for an account too.
with part as (
  -- One row per organization, and one per account that it is known to belong to.
  select
    o.organization_id as organization_id,
    o.name_key as name_key,
    case when o.account_key is null then 1 else 0 end as is_blank,
    case when o.account_key = '' then 1 else 0 end as is_key_undecided,
    case when o.account_key = '' or o.external_account_key = '' then 1 else 0 end as is_foreign_undecided,
    case when o.is_shared_tickets = 1 or o.is_shared_comments = 1 then 1 else 0 end as is_sharing,
    case when o.is_shared_tickets is null or o.is_shared_comments is null then 1 else 0 end as is_sharing_undecided,
    case when o.domain_names is null then 1 else 0 end as is_domains_undecided,
    case when o.account_fields is null then 1 else 0 end as is_fields_undecided,
    0 as is_asked,
    null as account_id
  from _run_context as c
  cross join _organization_versions as o
  where o.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < o.valid_to
  union all
  select
    o.organization_id as organization_id,
    null as name_key,
    0 as is_blank,
    0 as is_key_undecided,
    0 as is_foreign_undecided,
    0 as is_sharing,
    0 as is_sharing_undecided,
    0 as is_domains_undecided,
    0 as is_fields_undecided,
    0 as is_asked,
    coalesce(m.account_id, o.key_account_id) as account_id
  from _run_context as c
  cross join _organization_versions as o
  left join _account_merge_versions as m
    on m.merged_account_id = o.key_account_id
    and m.valid_from <= c.salesforce_snapshot_id
    and c.salesforce_snapshot_id < m.valid_to
  where o.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < o.valid_to
    and o.key_account_id is not null
  union all
  select
    o.organization_id as organization_id,
    null as name_key,
    0 as is_blank,
    0 as is_key_undecided,
    0 as is_foreign_undecided,
    0 as is_sharing,
    0 as is_sharing_undecided,
    0 as is_domains_undecided,
    0 as is_fields_undecided,
    0 as is_asked,
    coalesce(m.account_id, o.external_account_key) as account_id
  from _run_context as c
  cross join _organization_versions as o
  left join _account_merge_versions as m
    on m.merged_account_id = o.external_account_key
    and m.valid_from <= c.salesforce_snapshot_id
    and c.salesforce_snapshot_id < m.valid_to
  where o.valid_from <= c.zendesk_snapshot_id
    and c.zendesk_snapshot_id < o.valid_to
    and o.key_in_field is not null
    and o.external_account_key <> ''
  union all
  select
    k.organization_id as organization_id,
    null as name_key,
    0 as is_blank,
    0 as is_key_undecided,
    0 as is_foreign_undecided,
    0 as is_sharing,
    0 as is_sharing_undecided,
    0 as is_domains_undecided,
    0 as is_fields_undecided,
    0 as is_asked,
    k.account_id as account_id
  from _link_claim as k
  where k.match_rule = 'stored_id'
  union all
  -- The members of an organization that is tied to an account by its stored id or its domains are asked.
  select
    l.organization_id as organization_id,
    null as name_key,
    0 as is_blank,
    0 as is_key_undecided,
    0 as is_foreign_undecided,
    0 as is_sharing,
    0 as is_sharing_undecided,
    0 as is_domains_undecided,
    0 as is_fields_undecided,
    1 as is_asked,
    null as account_id
  from _link_account as l
  where l.link_state = 'candidate'
    or (l.link_state = 'linked' and l.match_rule = 'stored_id')
)
select
  p.organization_id as organization_id,
  max(p.name_key) as name_key,
  min(p.account_id) as first_account_id,
  max(p.account_id) as last_account_id,
  max(p.is_blank) as is_blank,
  max(p.is_key_undecided) as is_key_undecided,
  max(p.is_foreign_undecided) as is_foreign_undecided,
  max(p.is_sharing) as is_sharing,
  max(p.is_sharing_undecided) as is_sharing_undecided,
  max(p.is_domains_undecided) as is_domains_undecided,
  max(p.is_fields_undecided) as is_fields_undecided,
  case when max(p.is_asked) = 1 and (max(p.is_blank) = 1) then 1 else 0 end as is_asked
from part as p
group by p.organization_id
