//! One writer at a time.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

use super::WarehouseError;

/// The lock of a command that writes. The kernel frees it when the process ends.
#[derive(Debug)]
pub(super) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock or says who has it; never waits.
    pub(super) fn take(warehouse: &Path) -> Result<Self, WarehouseError> {
        let path = lock_path(warehouse);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(|source| {
            if source.kind() == std::io::ErrorKind::NotFound {
                // The folder of the warehouse is missing.
                WarehouseError::Io { what: "cannot write beside", path: warehouse.to_owned(), source }
            } else {
                WarehouseError::NotWritable { path: warehouse.to_owned(), source }
            }
        })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = holder.trim();
                return Err(WarehouseError::InUse {
                    path: warehouse.to_owned(),
                    holder: (!holder.is_empty()).then(|| holder.to_owned()),
                });
            }
            Err(TryLockError::Error(source)) => {
                return Err(WarehouseError::Io { what: "cannot lock", path, source });
            }
        }
        // Only a courtesy to whoever meets the lock: a full disk must not stop a command that frees space.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "process {}", std::process::id()));
        Ok(Self { _file: file })
    }
}

fn lock_path(warehouse: &Path) -> PathBuf {
    let mut name = warehouse.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
