//! Files that appear whole or not at all, and only where a file may stand.
//!
//! A file is written under another name in the same folder, synced and moved into place, so that a killed command or a
//! full disk leaves what was there. The name itself must be free or a regular file: a symbolic link, a pipe, a device
//! or a folder is refused, and [`check`] says so before a long command begins. What a killed command left behind is
//! removed by the next one that writes to the folder; the kernel's lock tells it from what is being written now.
//!
//! What is read, is read from regular files: [`open`] neither waits for a pipe nor reads a device without end.

use std::{
    ffi::OsStr,
    fmt,
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

/// How temporary names begin and end.
const TEMPORARY: (&str, &str) = (".orgdrift-", ".tmp");

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone: it holds names, addresses or tokens.
    Owner,
    /// Whoever the umask admits; of a file that is replaced, whoever could read it before.
    Umask,
}

/// When a file has reached the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Before it has its name.
    Synced,
    /// Whenever the system likes: what it says can be found out again.
    Later,
}

/// What stands where a file was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// A symbolic link, wherever it leads.
    Link,
    /// A folder.
    Folder,
    /// A pipe with a name.
    Pipe,
    /// A device or a socket.
    Device,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Link => "a symbolic link",
            Self::Folder => "a folder",
            Self::Pipe => "a named pipe",
            Self::Device => "a device or socket",
        })
    }
}

/// Why a file is not written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Something else stands there, and stays.
    #[error("{} is {obstacle}: orgdrift writes regular files only", path.display())]
    NotAFile {
        /// The name that was given.
        path: PathBuf,
        /// What it is.
        obstacle: Obstacle,
    },
    /// The folder cannot be written, the disk is full.
    #[error("cannot write {}", path.display())]
    Io {
        /// The name that was given.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl FileError {
    /// Something stands where a folder was to be made.
    pub(crate) fn exists(path: &Path) -> Self {
        Self::io(path)(io::ErrorKind::NotADirectory.into())
    }

    fn io(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Io { path: path.to_owned(), source }
    }
}

/// Opens a file to be read. A pipe is not waited for; standard input is the way for what is not a file.
///
/// # Errors
/// What stands there is not a regular file, or cannot be read.
pub fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        options.custom_flags(i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default());
    }
    let file = options.open(path)?;
    let kind = file.metadata()?.file_type();
    if kind.is_dir() {
        Err(io::ErrorKind::IsADirectory.into())
    } else if kind.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"))
    }
}

/// Reads a text file that people write, which is never long.
///
/// # Errors
/// As [`open`]; more than a text of that kind has.
pub fn read_text(path: &Path, largest: u64) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.take(largest + 1).read_to_string(&mut text)?;
    if text.len() as u64 > largest {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("it has more than {largest} bytes")));
    }
    Ok(text)
}

/// Says whether a file can be written under a name: before the work begins whose result it is to hold.
///
/// # Errors
/// Something else stands there, or its folder does not exist.
pub fn check(path: &Path) -> Result<(), FileError> {
    let found = match fs::symlink_metadata(path) {
        Ok(metadata) => Some(metadata.file_type()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(FileError::io(path)(error)),
    };
    match found {
        Some(kind) if kind.is_file() => Ok(()),
        Some(kind) => Err(FileError::NotAFile { path: path.to_owned(), obstacle: obstacle(kind) }),
        // Said of the folder, before anything is written to it.
        None => fs::metadata(folder_of(path)).map(drop).map_err(FileError::io(path)),
    }
}

fn obstacle(kind: fs::FileType) -> Obstacle {
    #[cfg(unix)]
    if std::os::unix::fs::FileTypeExt::is_fifo(&kind) {
        return Obstacle::Pipe;
    }
    if kind.is_symlink() {
        Obstacle::Link
    } else if kind.is_dir() {
        Obstacle::Folder
    } else {
        Obstacle::Device
    }
}

/// Writes a file as a whole; what was there before stays until it is complete.
///
/// # Errors
/// What [`check`] says, the disk, and whatever `write` returns.
pub fn write<T, E: From<FileError>>(
    path: &Path,
    readers: Readers,
    write: impl FnOnce(&mut dyn Write) -> Result<T, E>,
) -> Result<T, E> {
    let pending = Pending::beside(path, readers)?;
    let mut out = BufWriter::new(pending.file());
    let result = write(&mut out)?;
    out.into_inner().map_err(|error| FileError::io(path)(error.into_error()))?;
    pending.replace(Durability::Synced)?;
    Ok(result)
}

/// The same for a text that is there already.
///
/// # Errors
/// What [`check`] says, and the disk.
pub fn write_text(path: &Path, readers: Readers, text: &str) -> Result<(), FileError> {
    write(path, readers, |out| out.write_all(text.as_bytes()).map_err(FileError::io(path)))
}

/// Opens a file to be appended to line by line, which only its owner may read; it is made if there is none.
///
/// # Errors
/// What [`check`] says, and the disk.
pub fn append(path: &Path) -> Result<File, FileError> {
    check(path)?;
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    options.open(path).map_err(FileError::io(path))
}

/// A file that still has its temporary name. If it is dropped, the file is removed.
#[derive(Debug)]
pub struct Pending {
    file: NamedTempFile,
    target: PathBuf,
}

impl Pending {
    /// An empty file beside the one that it will be.
    ///
    /// # Errors
    /// What [`check`] says, and the disk.
    pub fn beside(target: &Path, readers: Readers) -> Result<Self, FileError> {
        check(target)?;
        let folder = folder_of(target);
        sweep(folder);
        let mut builder = Builder::new();
        builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode(target, readers)));
        let file = builder.tempfile_in(folder).map_err(FileError::io(target))?;
        // Says that it is being written; a system without locks has no sweeping either.
        let _ = file.as_file().try_lock();
        Ok(Self { file, target: target.to_owned() })
    }

    /// The file, to be written to.
    pub fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Its temporary name, for code that writes by name.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives it its name; what was there before is gone.
    ///
    /// # Errors
    /// The disk.
    pub fn replace(self, durability: Durability) -> Result<(), FileError> {
        let Self { file, target } = self;
        settle(file.as_file(), durability).map_err(FileError::io(&target))?;
        file.persist(&target).map_err(|error| FileError::io(&target)(error.error))?;
        settle_folder(&target, durability);
        Ok(())
    }

    /// Gives it its name, unless that is taken. Says whether it did.
    ///
    /// # Errors
    /// The disk.
    pub fn create(self) -> Result<bool, FileError> {
        let Self { file, target } = self;
        settle(file.as_file(), Durability::Synced).map_err(FileError::io(&target))?;
        match file.persist_noclobber(&target) {
            Ok(_) => {
                settle_folder(&target, Durability::Synced);
                Ok(true)
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(FileError::io(&target)(error.error)),
        }
    }
}

/// Whether a name is one under which a file waits for its own.
pub fn is_temporary(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1))
}

/// Removes what killed commands left in a folder. Whatever cannot be removed is in nobody's way.
pub fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_ours = is_temporary(&entry.file_name()) && entry.file_type().is_ok_and(|kind| kind.is_file());
        // Whoever writes it holds the lock.
        if is_ours && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn settle(file: &File, durability: Durability) -> io::Result<()> {
    match durability {
        Durability::Synced => file.sync_all(),
        Durability::Later => Ok(()),
    }
}

/// Not every system can sync a folder; there, the next sync of the disk does.
fn settle_folder(target: &Path, durability: Durability) {
    if durability == Durability::Synced
        && let Ok(folder) = File::open(folder_of(target))
    {
        let _ = folder.sync_all();
    }
}

/// The mode of a new file, before the umask: never wider than what it replaces.
#[cfg(unix)]
fn mode(target: &Path, readers: Readers) -> u32 {
    use std::os::unix::fs::PermissionsExt;

    let before = fs::symlink_metadata(target).map(|metadata| metadata.permissions().mode() & 0o777);
    let widest = match readers {
        Readers::Owner => 0o600,
        Readers::Umask => 0o666,
    };
    before.map_or(widest, |before| before & widest)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

    use super::*;

    fn mode_of(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_its_owners_alone_and_never_wider_than_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        for (before, readers, after) in [
            (None, Readers::Owner, 0o600),
            (Some(0o644), Readers::Owner, 0o600),
            (Some(0o400), Readers::Owner, 0o400),
            (Some(0o640), Readers::Umask, 0o640),
        ] {
            let _ = fs::remove_file(&path);
            if let Some(mode) = before {
                fs::write(&path, "old").unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            }
            write_text(&path, readers, "new").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), "new");
            assert_eq!(mode_of(&path), after, "{before:?} {readers:?}");
        }
        assert_eq!(names(folder.path()), ["plan.json"]);
    }

    #[test]
    fn only_regular_files_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("real"), "mine").unwrap();
        symlink(at("real"), at("link")).unwrap();
        symlink(at("nowhere"), at("dangling")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            at("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
        for (name, what) in [
            (at("link"), Obstacle::Link),
            (at("dangling"), Obstacle::Link),
            (at("folder"), Obstacle::Folder),
            (at("pipe"), Obstacle::Pipe),
            (PathBuf::from("/dev/null"), Obstacle::Device),
        ] {
            for error in [check(&name).unwrap_err(), write_text(&name, Readers::Owner, "x").unwrap_err()] {
                assert!(matches!(error, FileError::NotAFile { obstacle, .. } if obstacle == what), "{error}");
            }
        }
        assert_eq!(fs::read_to_string(at("real")).unwrap(), "mine");
        assert!(fs::symlink_metadata(at("pipe")).unwrap().file_type().is_fifo());
        assert!(matches!(check(&at("none/such")), Err(FileError::Io { .. })));
        assert_eq!(names(folder.path()), ["dangling", "folder", "link", "pipe", "real"]);
    }

    #[test]
    fn what_fails_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        write_text(&path, Readers::Owner, "old").unwrap();
        let failed = write(&path, Readers::Owner, |out| {
            out.write_all(b"half").unwrap();
            Err::<(), _>(FileError::io(&path)(io::Error::other("full")))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert!(!Pending::beside(&path, Readers::Owner).unwrap().create().unwrap(), "it is there already");
        assert_eq!(names(folder.path()), ["rows.csv"]);
    }

    #[test]
    fn what_a_killed_command_left_is_swept_and_what_is_being_written_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at(".orgdrift-killed.tmp"), "half").unwrap();
        symlink(at("elsewhere"), at(".orgdrift-trap.tmp")).unwrap();
        let pending = Pending::beside(&at("a"), Readers::Owner).unwrap();
        assert!(!at(".orgdrift-killed.tmp").exists());
        write_text(&at("b"), Readers::Owner, "b").unwrap();
        assert!(pending.path().exists(), "somebody writes it");
        assert!(at(".orgdrift-trap.tmp").is_symlink(), "nothing that is no file is touched");
        pending.replace(Durability::Later).unwrap();
        assert_eq!(names(folder.path()), [".orgdrift-trap.tmp", "a", "b"]);
    }
}
