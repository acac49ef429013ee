-- One row per domain that an account gained or lost between two Salesforce snapshots, if the account was in
-- both.
--
-- Parameters: :old_salesforce, :new_salesforce.
-- Snapshots 1 and 2: see accounts.sql.
with touched as (
  -- One row per account and domain.
  select
    v.account_id as account_id,
    v.domain_id as domain_id
  from _account_domain_versions as v
  where v.valid_from > :old_salesforce
    and v.valid_from <= :new_salesforce
    and v.valid_from > 2
  union
  select
    v.account_id as account_id,
    v.domain_id as domain_id
  from _account_domain_versions as v
  where v.valid_to > :old_salesforce
    and v.valid_to <= :new_salesforce
    and v.valid_to < 9223372036854775807
)
select
  'account' as kind,
  t.account_id as record_id,
  null as old_label,
  null as new_label,
  json_object('domain', case when o.domain_id is not null then x.domain end) as old_record,
  json_object('domain', case when n.domain_id is not null then x.domain end) as new_record,
  null as path
from touched as t
cross join _domains as x
cross join _account_versions as a
cross join _account_versions as b
left join _account_domain_versions as o
  on o.account_id = t.account_id
  and o.domain_id = t.domain_id
  and o.valid_from <= :old_salesforce
  and :old_salesforce < o.valid_to
left join _account_domain_versions as n
  on n.account_id = t.account_id
  and n.domain_id = t.domain_id
  and n.valid_from <= :new_salesforce
  and :new_salesforce < n.valid_to
where x.domain_id = t.domain_id
  and a.account_id = t.account_id
  and a.valid_from <= :old_salesforce
  and :old_salesforce < a.valid_to
  and b.account_id = t.account_id
  and b.valid_from <= :new_salesforce
  and :new_salesforce < b.valid_to
