//! Whether a file is sound, for a look that changes nothing.

use std::path::Path;

use super::{Warehouse, WarehouseError};

impl Warehouse {
    /// Opens a warehouse as it is; none if it would have to be brought up to date first.
    pub fn open_unchanged(path: &Path) -> Result<Option<Self>, WarehouseError> {
        Self::open_if_current(path)
    }

    /// Reads the whole file and returns the first thing that is wrong with it, as SQLite says it: pages and
    /// tables, no content.
    pub fn quick_check(&self) -> Result<Option<String>, WarehouseError> {
        let first: String = self.connection.query_row("pragma quick_check(1)", [], |row| row.get(0))?;
        Ok((first != "ok").then_some(first))
    }
}
