//! A file of credentials: TOML, for nobody but its owner.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use toml::de::{DeTable, DeValue};

use super::Values;
use crate::near::near;

/// No such file is larger, in bytes.
const LARGEST: u64 = 64 * 1024;

const KEYS: [&str; 6] =
    ["subdomain", "oauth_client_id", "oauth_client_secret", "oauth_token", "email", "api_token"];

/// Why a file of credentials is refused. Messages name lines and known keys, never content.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("the credentials at {} cannot be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is a link, a folder, a pipe, or larger than any such file.
    #[error("the credentials at {} are {what}", path.display())]
    NotAFile {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Others may read it.
    #[error("the credentials at {} can be read by others: its mode is {mode:04o}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It is somebody else's.
    #[error("the credentials at {} belong to another user of this machine", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// It is no TOML.
    #[error("{}, line {line}: not in the form NAME = \"VALUE\", such as subdomain = \"acme\"", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A key that has no meaning.
    #[error("{}, line {line}: a key that is not known", path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The known key that it is most like.
        near: Option<&'static str>,
    },
    /// A value of another type.
    #[error("{}, line {line}: {key} is not text in quotes", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key.
        key: &'static str,
    },
}

impl FileError {
    /// What to do about it.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::Open { path, .. } => Some(format!("chmod 600 {}", path.display())),
            Self::UnknownKey { near: Some(near), .. } => Some(format!("did you mean {near}?")),
            Self::UnknownKey { .. } => Some(format!("the keys are {}", KEYS.join(", "))),
            Self::NotAFile { .. } | Self::Foreign { .. } => {
                Some("name a regular file of your own".to_owned())
            }
            Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => Some(
                "write it as docs/zendesk-login.md shows, or name another one with --credentials".to_owned(),
            ),
            Self::Io { .. } | Self::Syntax { .. } | Self::NotText { .. } => None,
        }
    }
}

/// Reads a file, after a look at whose it is and who may read it.
pub(super) fn read(path: &Path) -> Result<Values, FileError> {
    let file = open(path)?;
    check(path, &file)?;
    let mut text = String::new();
    file.take(LARGEST)
        .read_to_string(&mut text)
        .map_err(|source| FileError::Io { path: path.to_owned(), source })?;
    let values = parse(path, &text);
    drop(SecretString::from(text));
    values
}

/// Opens without following a link or waiting for a pipe: what is checked afterwards is what was opened.
#[cfg(unix)]
fn open(path: &Path) -> Result<File, FileError> {
    use rustix::fs::{Mode, OFlags};

    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => Ok(File::from(file)),
        Err(rustix::io::Errno::LOOP) => {
            Err(FileError::NotAFile { path: path.to_owned(), what: "a symbolic link" })
        }
        Err(error) => Err(FileError::Io { path: path.to_owned(), source: error.into() }),
    }
}

#[cfg(not(unix))]
fn open(path: &Path) -> Result<File, FileError> {
    File::open(path).map_err(|source| FileError::Io { path: path.to_owned(), source })
}

fn check(path: &Path, file: &File) -> Result<(), FileError> {
    let path = path.to_owned();
    let metadata = match file.metadata() {
        Ok(metadata) => metadata,
        Err(source) => return Err(FileError::Io { path, source }),
    };
    if !metadata.is_file() {
        return Err(FileError::NotAFile { path, what: "no regular file" });
    }
    if metadata.len() > LARGEST {
        return Err(FileError::NotAFile { path, what: "larger than any such file" });
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;

        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(FileError::Foreign { path });
        }
        let mode = metadata.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(FileError::Open { path, mode });
        }
    }
    Ok(())
}

fn parse(path: &Path, text: &str) -> Result<Values, FileError> {
    let path = path.to_owned();
    let line = |at: usize| 1 + text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
    // The parser's own message may quote the text.
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let line = line(error.span().map_or(0, |span| span.start));
            return Err(FileError::Syntax { path, line });
        }
    };
    let mut values = Values::default();
    for (key, value) in table.into_inner() {
        let at = line(key.span().start);
        let Some(name) = KEYS.into_iter().find(|name| *name == key.get_ref().as_ref()) else {
            let near = near(key.get_ref(), KEYS).first().copied();
            return Err(FileError::UnknownKey { path, line: at, near });
        };
        let DeValue::String(value) = value.into_inner() else {
            return Err(FileError::NotText { path, line: at, key: name });
        };
        let value = value.into_owned();
        if value.is_empty() {
            continue;
        }
        match name {
            "subdomain" => values.subdomain = Some(value),
            "oauth_client_id" => values.client_id = Some(value),
            "oauth_client_secret" => values.client_secret = Some(value.into()),
            "oauth_token" => values.oauth_token = Some(value.into()),
            "email" => values.email = Some(value.into()),
            _ => values.api_token = Some(value.into()),
        }
    }
    Ok(values)
}
