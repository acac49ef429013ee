//! A folder that appears whole or not at all: it is made under another name in the same place, then renamed.
//!
//! What a killed command left behind is removed by the next one that makes a folder there; the kernel's lock on a file
//! inside tells it from what is being made now.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::{Builder, TempDir};

/// How temporary names begin and end.
const TEMPORARY: (&str, &str) = (".orgdrift-", ".folder");

/// The file inside that whoever fills the folder holds.
const LOCK: &str = ".orgdrift-lock";

/// A folder without a lock that is older than this was left behind.
const ABANDONED: Duration = Duration::from_mins(1);

/// How many numbered folders of one name there may be.
const MOST: u32 = 10_000;

/// A folder that cannot be made or named.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
pub struct FolderError {
    /// The name that was given.
    path: PathBuf,
    /// Why.
    #[source]
    source: io::Error,
}

impl FolderError {
    fn at(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self { path: path.to_owned(), source }
    }
}

/// A folder that still has its temporary name. If it is dropped, it is removed with its content.
#[derive(Debug)]
pub struct PendingFolder {
    folder: TempDir,
    parent: PathBuf,
    _lock: File,
}

impl PendingFolder {
    /// Makes an empty folder inside `parent`, which is made as well; only its owner may look inside.
    ///
    /// # Errors
    /// The disk.
    pub fn inside(parent: &Path) -> Result<Self, FolderError> {
        fs::create_dir_all(parent).map_err(FolderError::at(parent))?;
        sweep(parent);
        let folder = Builder::new()
            .prefix(TEMPORARY.0)
            .suffix(TEMPORARY.1)
            .tempdir_in(parent)
            .map_err(FolderError::at(parent))?;
        let lock = File::create(folder.path().join(LOCK)).map_err(FolderError::at(parent))?;
        // A system without locks has no sweeping either.
        let _ = lock.try_lock();
        Ok(Self { folder, parent: parent.to_owned(), _lock: lock })
    }

    /// Where its files are written.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Gives it its name: `name`, or `name-2` and so on where that is taken. Returns where it lies.
    ///
    /// # Errors
    /// The disk; nothing of the folder remains then.
    pub fn publish(self, name: &str) -> Result<PathBuf, FolderError> {
        let target = (1..MOST)
            .map(|number| {
                self.parent.join(if number == 1 { name.to_owned() } else { format!("{name}-{number}") })
            })
            .find(|path| fs::symlink_metadata(path).is_err())
            .unwrap_or_else(|| self.parent.join(name));
        // While it still goes away with an error.
        fs::rename(self.folder.path(), &target).map_err(FolderError::at(&target))?;
        let _ = self.folder.keep();
        // It is in nobody's way.
        let _ = fs::remove_file(target.join(LOCK));
        if let Ok(parent) = File::open(&self.parent) {
            let _ = parent.sync_all();
        }
        Ok(target)
    }
}

/// Removes what killed commands left in a folder. Whatever cannot be removed is in nobody's way.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours =
            name.to_str().is_some_and(|name| name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1))
                && entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_ours && is_abandoned(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_abandoned(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(_) => fs::metadata(folder)
            .and_then(|metadata| metadata.modified())
            .is_ok_and(|made| made.elapsed().is_ok_and(|age| age > ABANDONED)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_appears_whole_under_a_free_name() {
        let parent = tempfile::tempdir().unwrap();
        let reports = parent.path().join("reports");
        for name in ["2026-11-02", "2026-11-02-2"] {
            let pending = PendingFolder::inside(&reports).unwrap();
            fs::write(pending.path().join("summary.md"), name).unwrap();
            assert!(!reports.join(name).exists());
            assert_eq!(pending.publish("2026-11-02").unwrap(), reports.join(name));
            assert_eq!(names(&reports.join(name)), ["summary.md"]);
        }
        drop(PendingFolder::inside(&reports).unwrap());
        assert_eq!(names(&reports), ["2026-11-02", "2026-11-02-2"]);
    }

    #[test]
    fn what_a_killed_command_left_is_swept_and_what_is_being_made_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let left = parent.path().join(".orgdrift-killed.folder");
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        let elsewhere = parent.path().join("elsewhere.folder");
        fs::create_dir(&elsewhere).unwrap();
        let first = PendingFolder::inside(parent.path()).unwrap();
        let second = PendingFolder::inside(parent.path()).unwrap();
        assert!(!left.exists());
        assert!(elsewhere.exists() && first.path().exists() && second.path().exists());
    }
}
