//! Of which run the links are that the warehouse keeps: what an audit of the changes begins with.

use super::{WarehouseError, session::Session};

/// What makes the next audit begin from nothing.
pub(super) const FORGET: &str = "delete from _delta_base";

/// Remembers that the links in the warehouse are those of the run, made under rules of that digest.
pub fn keep(connection: &Session, run_id: i64, rules: &str) -> Result<(), WarehouseError> {
    connection.execute(
        "insert or replace into _delta_base (only_row, run_id, rules_digest) values (1, ?1, ?2)",
        (run_id, rules),
    )?;
    Ok(())
}

/// Makes the next audit begin from nothing. Whoever changes records, issues or runs in place does that.
pub fn forget(connection: &Session) -> Result<(), WarehouseError> {
    connection.execute(FORGET, [])?;
    Ok(())
}
