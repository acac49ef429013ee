-- The users whom a repair writes or whom Zendesk will pull in.
create temp table affected_user (
  user_id integer primary key
)
