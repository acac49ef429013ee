//! Why records cannot be served.

use crate::zendesk::folder::FolderError;

/// Why records cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The folder cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The warehouse cannot be read.
    #[error(transparent)]
    Warehouse(#[from] crate::warehouse::WarehouseError),
    /// A record cannot be served.
    #[error("{collection} holds a record that cannot be served: {problem}")]
    Record {
        /// Of which collection.
        collection: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no such snapshot of Zendesk.
    #[error("the warehouse has no Zendesk snapshot{}", id.map_or_else(String::new, |id| format!(" {id}")))]
    NoSnapshot {
        /// The one that was asked for.
        id: Option<i64>,
    },
    /// A file could not be written or read.
    #[error("the bundled data could not be unpacked")]
    Io(#[from] std::io::Error),
}

/// What is wrong with a text, and where; the error's own words may quote the record.
pub(super) fn place(error: &serde_json::Error) -> String {
    let what = if error.is_data() { "a wrong or missing value" } else { "no JSON" };
    format!("{what} at character {}", error.column())
}
