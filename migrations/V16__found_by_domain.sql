-- What analysts ask most: from a domain to its accounts and users, and from a user to its open tickets.
--
-- The passes over all users that an audit makes must not be drawn to the index over them: it takes a condition that only
-- the public view repeats. The index over open tickets has all that an audit asks of these.

create index _account_domain_versions_by_domain on _account_domain_versions (domain_id, valid_to);

create index _user_versions_by_domain on _user_versions (email_domain_id) where email_domain_id > 0;

create index _ticket_versions_open
  on _ticket_versions (requester_id, requester_domain_id, status, valid_to, created_at)
  where status in ('new', 'open', 'pending', 'hold');

pragma user_version = 16;
