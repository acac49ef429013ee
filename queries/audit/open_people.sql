-- Begins the counts that are new.
insert into _account_people_versions (account_id, valid_from, valid_to, eligible_user_count, open_ticket_count)
select
  a.account_id,
  :run_id,
  9223372036854775807,
  a.eligible_user_count,
  a.open_ticket_count
from temp.affected as a
where not exists (
  select 1
  from _account_people_versions as v
  where v.account_id = a.account_id
    and v.valid_to = 9223372036854775807
)
