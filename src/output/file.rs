//! Files that appear whole or not at all.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

/// Writes a file under another name, syncs it and moves it into place.
pub fn write_atomically<T, E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, E>,
) -> Result<T, E> {
    // A device, a pipe or the like is written to, never replaced; what a link points to is meant.
    let linked;
    let path = match path.canonicalize() {
        Ok(real) => {
            if !std::fs::metadata(&real)?.is_file() {
                let mut out = BufWriter::new(std::fs::OpenOptions::new().write(true).open(&real)?);
                let result = write(&mut out)?;
                out.flush()?;
                return Ok(result);
            }
            linked = real;
            linked.as_path()
        }
        Err(_) => path,
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Said of the folder, and not of a name that nobody gave.
    std::fs::metadata(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".orgdrift-");
    #[cfg(unix)]
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    // Reports are for others too: the umask decides, as for any program's files.
    #[cfg(unix)]
    builder.permissions(permissions);
    let file = builder.tempfile_in(folder)?;
    let mut out = BufWriter::new(file);
    let result = write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    if let Ok(folder) = File::open(folder) {
        // Not every system can sync a folder.
        let _ = folder.sync_all();
    }
    Ok(result)
}
