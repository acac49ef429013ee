//! The people who asked to be forgotten, as the file remembers them without naming them.

use std::collections::HashSet;

use super::{WarehouseError, session::Session};

/// The key of this file, under which addresses are hashed.
pub(super) fn key(connection: &Session) -> Result<[u8; 32], WarehouseError> {
    let key: String = connection.query_row("select key from _forgetting", [], |row| row.get(0))?;
    Ok(blake3::derive_key("orgdrift 2026 addresses of forgotten users", key.as_bytes()))
}

/// An address as it is remembered.
pub(super) fn address_hash(key: &[u8; 32], address: &str) -> String {
    blake3::keyed_hash(key, address.trim().to_lowercase().as_bytes()).to_hex().to_string()
}

/// The people who asked to be forgotten, while records are read.
#[derive(Debug)]
pub(super) struct Forgotten {
    key: [u8; 32],
    ids: HashSet<i64>,
    addresses: HashSet<String>,
}

impl Forgotten {
    /// Loads them.
    ///
    /// # Errors
    /// SQLite.
    pub(super) fn load(connection: &Session) -> Result<Self, WarehouseError> {
        let ids = connection
            .prepare("select user_id from _forgotten_users")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let addresses = connection
            .prepare("select address_hash from _forgotten_addresses")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(Self { key: key(connection)?, ids, addresses })
    }

    /// Whether a user is one of them, by id or by address.
    pub(super) fn has(&self, user_id: i64, address: Option<&str>) -> bool {
        if self.ids.contains(&user_id) {
            return true;
        }
        // Hashing a million addresses for nobody would be felt.
        !self.addresses.is_empty()
            && address.is_some_and(|address| self.addresses.contains(&address_hash(&self.key, address)))
    }
}
