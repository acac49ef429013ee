-- The domains that an account expects and none expected before: their people are counted from the beginning.
insert into temp.newly_owned (domain_id)
select w.domain_id
from temp.come_link_domain_owner as w
where w.domain_id not in (
  select g.domain_id
  from temp.gone_link_domain_owner as g
)
