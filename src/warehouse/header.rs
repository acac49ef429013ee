//! What the first hundred bytes of a file say, before SQLite touches it.
//!
//! The layout is SQLite's own: <https://www.sqlite.org/fileformat2.html#the_database_header>.

use std::{fs::File, io::Read, path::Path};

use super::{WarehouseError, beside};

/// Marks our files: the bytes `ORGD`.
pub const APPLICATION_ID: i64 = 0x4F52_4744;

/// The newest schema that this binary knows: the number of the last migration.
pub const SCHEMA_VERSION: i64 = 20;

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing, or a file of no bytes.
    Nothing,
    /// A warehouse with this schema version, not newer than ours.
    Warehouse(i64),
}

/// Looks at the file, and at what lies beside it, without opening it in SQLite.
pub(super) fn look(path: &Path) -> Result<Found, WarehouseError> {
    let not_ours = |what| WarehouseError::NotAWarehouse { path: path.to_owned(), what };
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(source) => {
            return Err(WarehouseError::Io { what: "cannot look at", path: path.to_owned(), source });
        }
    };
    if metadata.is_dir() {
        return Err(not_ours("it is a folder"));
    }
    if !metadata.is_file() {
        return Err(not_ours("it is not a regular file"));
    }
    if metadata.len() == 0 {
        return Ok(Found::Nothing);
    }
    let mut header = [0_u8; 100];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            return Err(not_ours("it is not a SQLite file"));
        }
        Err(source) => return Err(WarehouseError::Io { what: "cannot read", path: path.to_owned(), source }),
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(not_ours("it is not a SQLite file"));
    }
    let integer = |at: usize| {
        i64::from(u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]))
    };
    if integer(68) != APPLICATION_ID {
        return Err(not_ours("it is the SQLite file of another program"));
    }
    let found = integer(60);
    if found == 0 {
        return Err(not_ours("its schema version is missing"));
    }
    if found > SCHEMA_VERSION {
        return Err(WarehouseError::FromTheFuture { path: path.to_owned(), found, known: SCHEMA_VERSION });
    }
    beside::check(path)?;
    Ok(Found::Warehouse(found))
}
