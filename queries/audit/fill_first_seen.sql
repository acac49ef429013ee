-- Keeps when an issue of each account was seen first.
insert into temp.first_seen (account_id, first_seen_run)
select s.account_id, s.first_seen_run
from issue_first_seen as s
