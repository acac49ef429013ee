-- Begins a version for every link that has none open.
insert into _link_versions (
  account_id, valid_from, valid_to, hash_high, hash_low, link_state, organization_id, match_rule
)
select
  l.account_id,
  :run_id,
  9223372036854775807,
  hash_high(content_hash(l.link_state, l.organization_id, l.match_rule)),
  hash_low(content_hash(l.link_state, l.organization_id, l.match_rule)),
  l.link_state,
  l.organization_id,
  l.match_rule
from _link_account as l
where not exists (
  select 1
  from _link_versions as v
  where v.account_id = l.account_id
    and v.valid_to = 9223372036854775807
)
