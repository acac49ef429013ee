-- Serves the root issue of an account.
create index temp.detected_by_account on detected (account_id, layer, issue_key)
