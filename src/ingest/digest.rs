//! SHA-256 over what is read, while it is read.

use std::{
    io::{self, Read},
    sync::{Arc, Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::catalog::hex;

/// Passes bytes on and hashes them.
pub(super) struct HashingReader<R> {
    inner: R,
    digest: SharedDigest,
}

/// The digest of a reader that was given away.
#[derive(Clone, Default)]
pub(super) struct SharedDigest(Arc<Mutex<Sha256>>);

impl SharedDigest {
    /// Wraps a reader.
    pub(super) fn watch<R: Read>(&self, inner: R) -> HashingReader<R> {
        HashingReader { inner, digest: self.clone() }
    }

    /// The digest so far, as hexadecimal.
    pub(super) fn hex(&self) -> String {
        hex(&self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().finalize())
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.digest.0.lock().unwrap_or_else(PoisonError::into_inner).update(&buffer[..count]);
        Ok(count)
    }
}
