-- The domains whose users are looked for: one question for each user instead of two.
insert or ignore into temp.wanted_user_domain (domain_id)
select d.domain_id
from temp.dirty_user_domain as d
union all
select w.domain_id
from temp.newly_owned as w
