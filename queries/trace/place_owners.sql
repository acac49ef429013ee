-- One row per account that expects the domain in question and organization where its users are expected: its own, or
-- each that carries its id. A trace fills the tables with what has to do with one record.
select
  x.account_id as account_id,
  coalesce(l.link_state, 'unread') as link_state,
  case
    when l.link_state = 'duplicate' then k.organization_id
    when l.link_state in ('linked', 'contested', 'candidate') then l.organization_id
  end as organization_id
from _link_expected_domain as x
left join _link_account as l
  on l.account_id = x.account_id
left join _link_claim as k
  on k.account_id = l.account_id
  and k.match_rule = 'external_id'
  and l.link_state = 'duplicate'
order by x.account_id, k.organization_id
