//! The key of pseudonyms: with the same one, files name the same users and tickets alike; without it, nobody can tell
//! whom they name.

use std::{io, path::Path};

use crate::safe_file;

/// Characters that a key must have at least: 128 bits in hexadecimal.
const SHORTEST: usize = 32;

/// No key file is longer, in bytes.
const LONGEST: u64 = 4096;

/// What the key is for, so that it gives other names to other programs.
const PURPOSE: &str = "orgdrift 2026 pseudonyms of users and tickets";

/// Letters of a pseudonym behind its kind: 80 bits.
const LETTERS: usize = 20;

/// A key.
#[derive(Clone)]
pub struct PseudonymKey([u8; 32]);

impl std::fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PseudonymKey")
    }
}

/// Why a key is not taken. Messages never hold it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read.
    #[error("the key of pseudonyms cannot be read")]
    Io(#[from] io::Error),
    /// Anybody could guess it.
    #[error("the key of pseudonyms has fewer than {SHORTEST} characters")]
    Short,
    /// Others may read it.
    #[error("the key of pseudonyms can be read by others: its mode is {mode:04o}")]
    Open {
        /// Its mode.
        mode: u32,
    },
}

impl PseudonymKey {
    /// Reads a key from a file that only its owner may read.
    ///
    /// # Errors
    /// The file, its mode, its length.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;

            let mode = std::fs::metadata(path)?.permissions().mode() & 0o777;
            if mode & 0o077 != 0 {
                return Err(KeyError::Open { mode });
            }
        }
        Self::of(&safe_file::read_text(path, LONGEST)?)
    }

    /// The key that a text is.
    ///
    /// # Errors
    /// Its length.
    pub fn of(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.len() < SHORTEST {
            return Err(KeyError::Short);
        }
        Ok(Self(blake3::derive_key(PURPOSE, text.as_bytes())))
    }

    /// The pseudonym of an id: `user-` and letters that only the key leads back from.
    pub(super) fn pseudonym(&self, kind: &str, id: &str) -> String {
        let hash = blake3::keyed_hash(&self.0, format!("{kind}/{id}").as_bytes());
        format!("{kind}-{}", &hash.to_hex()[..LETTERS])
    }
}
