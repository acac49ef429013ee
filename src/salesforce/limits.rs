//! How large a record may be, so that memory is bounded whatever the input.

/// The most columns a record may have. Salesforce allows 800 custom fields on an object.
pub const MAX_COLUMNS: usize = 1_000;
/// The most bytes a cell may have. The longest Salesforce field holds 131,072 characters.
pub const MAX_FIELD: usize = 256 * 1024;
/// The most bytes a record may have.
pub const MAX_RECORD: usize = 4 * 1024 * 1024;
