//! What lies beside a warehouse, before SQLite looks at it.
//!
//! SQLite writes to `<file>-journal` and the like by name, follows a link there, believes what a journal says, and
//! may remove the file that a journal names as that of a transaction over several files. orgdrift has no such one.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use super::WarehouseError;

/// What SQLite puts beside a file.
const ENDINGS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// The last bytes of a journal that names another one.
const NAMES_ANOTHER: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// Refuses a file beside which something lies that opening it would write through, or obey.
pub(super) fn check(path: &Path) -> Result<(), WarehouseError> {
    for ending in ENDINGS {
        let beside = name(path, ending);
        let metadata = match fs::symlink_metadata(&beside) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(WarehouseError::Io { what: "cannot look at", path: beside, source }),
        };
        let refused = |what| WarehouseError::Beside { path: path.to_owned(), beside: beside.clone(), what };
        if let Some(what) = obstacle(&metadata) {
            return Err(refused(what));
        }
        match ends_with(&beside, NAMES_ANOTHER) {
            Ok(false) => {}
            Ok(true) => return Err(refused(" names another file")),
            Err(source) => return Err(WarehouseError::Io { what: "cannot read", path: beside, source }),
        }
    }
    Ok(())
}

/// Why a file is not written to; none for a regular file with one name.
pub(super) fn obstacle(metadata: &Metadata) -> Option<&'static str> {
    if metadata.is_symlink() {
        return Some(" is a symbolic link");
    }
    if !metadata.is_file() {
        return Some(" is not a regular file");
    }
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::nlink(metadata) > 1 {
        return Some(" is a file with several names");
    }
    None
}

fn ends_with(path: &Path, end: [u8; 8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() < 8 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-8))?;
    let mut found = [0; 8];
    file.read_exact(&mut found)?;
    Ok(found == end)
}

/// The name of what lies beside a file: beside the file itself, as SQLite sees it, whatever link leads to it.
pub(super) fn name(path: &Path, ending: &str) -> PathBuf {
    let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    let real = is_link.then(|| path.canonicalize().ok()).flatten();
    let mut name = real.unwrap_or_else(|| path.to_owned()).into_os_string();
    name.push(ending);
    PathBuf::from(name)
}
