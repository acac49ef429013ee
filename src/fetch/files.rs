//! The files of a fetched folder: their names, and how they are read and written.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};

use super::error::StagingError;
use crate::{
    safe_file::{self, Durability, Pending, Readers},
    zendesk::folder::Collection,
};

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const JOURNAL: &str = "progress.json";
pub(super) const SETTINGS: &str = "account_settings.json";

/// What versions before 0.2 called files until they were complete.
pub(super) const OLD_TEMPORARY: [&str; 3] =
    ["manifest.json.tmp", "progress.json.tmp", "account_settings.json.tmp"];

/// The file of a collection.
pub(super) fn file_name(collection: Collection) -> String {
    format!("{}.ndjson.gz", collection.name())
}

/// Whether a name is one of the files that a killed fetch was about to rename; those of older versions end otherwise.
pub(super) fn is_temporary(name: &OsStr) -> bool {
    safe_file::is_temporary(name) || OLD_TEMPORARY.iter().any(|old| name == *old)
}

pub(super) fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Options for a file that nobody else may read.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Refuses a link or a device where a file of the fetch should be; nothing at all is fine.
pub(super) fn check_file(path: &Path) -> Result<(), StagingError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            Err(StagingError::WrongKind { path: path.to_owned(), expected: "file" })
        }
        _ => Ok(()),
    }
}

/// Takes the folder's lock, which the kernel frees when the process ends.
pub(super) fn lock(folder: &Path) -> Result<File, StagingError> {
    let file = File::open(folder).map_err(StagingError::io("cannot open", folder))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StagingError::InUse { path: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(StagingError::io("cannot lock", folder)(source)),
    }
}

/// Reads a file of ours; `None` if there is none.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, StagingError> {
    check_file(path)?;
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StagingError::io("cannot read", path)(error)),
    };
    // The values are of an account: the error must not quote them.
    serde_json::from_slice(&text)
        .map(Some)
        .map_err(|_| StagingError::Damaged { path: path.to_owned(), what: "no fetch wrote it like this" })
}

/// Replaces a file as a whole.
pub(super) fn write_json<T: Serialize>(
    folder: &Path,
    name: &str,
    value: &T,
    durability: Durability,
) -> Result<(), StagingError> {
    let path = folder.join(name);
    let io = StagingError::io("cannot write", &path);
    let mut text = match serde_json::to_vec_pretty(value) {
        Ok(text) => text,
        Err(error) => return Err(io(error.into())),
    };
    text.push(b'\n');
    let pending = Pending::beside(&path, Readers::Owner)?;
    pending.file().write_all(&text).map_err(io)?;
    Ok(pending.replace(durability)?)
}

pub(super) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        // Not every system can sync a folder.
        let _ = folder.sync_all();
    }
}
