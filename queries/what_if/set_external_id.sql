-- Writes an account's id into the external_id of an organization, as of the snapshot that is in force.
update _organization_versions
set
  external_id = :external_id,
  external_id_key = :external_id,
  external_account_id = :external_id,
  external_account_key = :external_id,
  account_key = :external_id,
  key_account_id = :external_id
where organization_id = :organization_id
  and valid_to = 9223372036854775807
