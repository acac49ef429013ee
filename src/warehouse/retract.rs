//! Takes back the newest snapshot of accounts, as if it had never been read.

use super::{OPEN, WarehouseError, session::Session};

/// The tables of accounts as row versions.
const VERSIONS: [&str; 3] = ["_account_versions", "_account_domain_versions", "_account_merge_versions"];
/// What a snapshot stores besides.
const ROWS: [&str; 8] = [
    "_unread_domains",
    "_unread_organizations",
    "_unread_names",
    "_unread_accounts",
    "ingest_rejections",
    "ingest_warnings",
    "snapshot_collections",
    "snapshots",
];

/// Whether a run was made from the snapshot: then it is history and stays.
pub fn has_run(connection: &Session, snapshot_id: i64) -> Result<bool, WarehouseError> {
    Ok(connection.query_row(
        "select exists (
           select 1 from runs where salesforce_snapshot_id = ?1 or zendesk_snapshot_id = ?1)",
        [snapshot_id],
        |row| row.get(0),
    )?)
}

/// Takes back a snapshot of accounts that is the newest of them and that no run was made from. Versions that
/// it began go, versions that it ended are in force again.
pub fn retract_accounts(connection: &Session, snapshot_id: i64) -> Result<(), WarehouseError> {
    for table in VERSIONS {
        connection.execute(&format!("delete from {table} where valid_from = ?1"), [snapshot_id])?;
        connection
            .execute(&format!("update {table} set valid_to = {OPEN} where valid_to = ?1"), [snapshot_id])?;
    }
    for table in ROWS {
        connection.execute(&format!("delete from {table} where snapshot_id = ?1"), [snapshot_id])?;
    }
    Ok(())
}
