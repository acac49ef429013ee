//! One writer at a time.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
};

use super::{WarehouseError, beside};

/// How the line begins that says whose lock it is.
const HOLDER: &str = "process ";

/// The longest such line.
const LONGEST: u64 = 40;

/// The lock of a command that writes. The kernel frees it when the process ends.
#[derive(Debug)]
pub(super) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock or says who has it; never waits. The file may have come with the warehouse, from anywhere: what
    /// is not a lock of ours is neither followed nor written to.
    pub(super) fn take(warehouse: &Path) -> Result<Self, WarehouseError> {
        Self::take_as(warehouse, ".lock")
    }

    /// Takes the lock in the file with that ending.
    pub(super) fn take_as(warehouse: &Path, ending: &str) -> Result<Self, WarehouseError> {
        // Two names of one warehouse have one lock.
        let path = beside::name(warehouse, ending);
        let refused =
            |what| WarehouseError::Beside { path: warehouse.to_owned(), beside: path.clone(), what };
        let mut file = match open(&path) {
            Ok(file) => file,
            // The folder of the warehouse is missing.
            Err(source) if source.kind() == io::ErrorKind::NotFound => {
                return Err(WarehouseError::Io {
                    what: "cannot write beside",
                    path: warehouse.to_owned(),
                    source,
                });
            }
            Err(source) => {
                // Which error a link is differs between systems.
                let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
                return Err(if is_link {
                    refused(" is a symbolic link")
                } else {
                    WarehouseError::NotWritable { path: warehouse.to_owned(), source }
                });
            }
        };
        let metadata = file.metadata().map_err(|source| WarehouseError::Io {
            what: "cannot look at",
            path: path.clone(),
            source,
        })?;
        if let Some(what) = beside::obstacle(&metadata) {
            return Err(refused(what));
        }
        let is_held = match file.try_lock() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock) => true,
            Err(TryLockError::Error(source)) => {
                return Err(WarehouseError::Io { what: "cannot lock", path, source });
            }
        };
        let mut holder = String::new();
        let is_text = (&file).take(LONGEST + 1).read_to_string(&mut holder).is_ok();
        let is_ours = is_text && is_holder(&holder);
        if is_held {
            let holder = holder.trim();
            let holder = (is_ours && !holder.is_empty()).then(|| holder.to_owned());
            return Err(WarehouseError::InUse { path: warehouse.to_owned(), holder });
        }
        if !is_ours {
            return Err(refused(" holds what orgdrift did not write"));
        }
        // Only a courtesy to whoever meets the lock: a full disk must not stop a command that frees space.
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{HOLDER}{}", std::process::id()));
        Ok(Self { _file: file })
    }
}

/// Opens the file, or makes it. Neither a link is followed nor a pipe waited for.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    options.open(path)
}

/// Whether it is what a lock of ours holds, whole or cut off by a full disk.
fn is_holder(text: &str) -> bool {
    let line = text.strip_suffix('\n').unwrap_or(text);
    HOLDER.starts_with(line)
        || line.strip_prefix(HOLDER).is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
            && text.len() as u64 <= LONGEST
}
