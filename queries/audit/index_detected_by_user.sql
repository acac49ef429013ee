-- Serves the root issue of a ticket.
create index temp.detected_by_user on detected (user_id, issue_key)
where layer = 'user' and family = 'drift'
