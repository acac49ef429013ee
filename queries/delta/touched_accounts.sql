-- The accounts whose triage row and whose issues' roots are worked out again: an issue of theirs changed, or what these
-- ask for beside the issues.
insert or ignore into temp.touched_account (account_id)
-- input: detected
select i.account_id
from temp.changed_issue as i
where i.account_id is not null
union all
-- input: requesters
select d.account_id
from _link_ticket_drift as d
where d.requester_id in (
  select i.user_id
  from temp.changed_issue as i
  where i.user_id is not null
)
union all
-- input: claimants
select k.account_id
from _link_claimant as k
where k.claimant_account_id in (
  select i.account_id
  from temp.changed_issue as i
  where i.account_id is not null
)
union all
-- input: _link_claimant
select k.account_id
from temp.changed_link_claimant as k
union all
-- input: _link_account
select l.account_id
from temp.changed_link_account as l
union all
-- input: _link_claim
select k.account_id
from temp.changed_link_claim as k
union all
-- input: _link_candidate
select k.account_id
from temp.changed_link_candidate as k
union all
-- input: _organization_versions
select k.account_id
from _link_claim as k
where k.organization_id in (
  select o.organization_id
  from temp.changed_organization_versions as o
)
union all
-- input: _organization_versions
select k.account_id
from _link_candidate as k
where k.organization_id in (
  select o.organization_id
  from temp.changed_organization_versions as o
)
