-- One row per account and expected domain of it that has a relative: another account expects another domain with
-- the same registrable part, such as eu.acme.com beside acme.com.
--
-- reads: _link_expected_domain _domains
with counted as (
  -- One row per account and expected domain, with the rows of the same registrable part: all, those of the
  -- account, those of the domain. What is neither of the account nor of the domain is a relative's.
  select
    x.account_id as account_id,
    x.domain_id as domain_id,
    count(*) over (partition by d.registrable) as row_count,
    count(*) over (partition by d.registrable, x.account_id) as own_count,
    count(*) over (partition by x.domain_id) as same_count
  from _link_expected_domain as x
  cross join _domains as d
  where d.domain_id = x.domain_id
)
select
  n.account_id as account_id,
  n.domain_id as domain_id
from counted as n
where n.row_count - n.own_count - n.same_count + 1 > 0
