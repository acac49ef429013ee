//! What can go wrong with a fetch. The folder stays as it is then, and can be resumed.

use std::{io, path::PathBuf};

use crate::{model::GivenUp, safe_file::FileError};

/// An error of the folder that a fetch writes.
#[derive(Debug, thiserror::Error)]
pub enum StagingError {
    /// A file or folder cannot be read or written.
    #[error("{what} {}", path.display())]
    Io {
        /// What was tried, such as `cannot write`.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A link or a device stands where a file or folder of the fetch should be.
    #[error("{} is not a {expected}, and links are not followed", path.display())]
    WrongKind {
        /// Where.
        path: PathBuf,
        /// `folder` or `file`.
        expected: &'static str,
    },
    /// The folder holds something that no fetch wrote.
    #[error("{} is not empty, and what is in it was not fetched", path.display())]
    Strangers {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds an interrupted fetch.
    #[error("{} holds a fetch that did not finish, taken at {taken_at}", path.display())]
    Unfinished {
        /// The folder.
        path: PathBuf,
        /// Its time.
        taken_at: String,
    },
    /// The folder holds a finished fetch.
    #[error("{} holds a finished fetch already, taken at {taken_at}", path.display())]
    Finished {
        /// The folder.
        path: PathBuf,
        /// Its time.
        taken_at: String,
    },
    /// Another command is writing the folder.
    #[error("{} is in use by another fetch", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// What the folder says about itself makes no sense.
    #[error("{} cannot be resumed: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The folder is of another account.
    #[error("{} holds Zendesk account {found}, but the credentials are for {given}", path.display())]
    OtherAccount {
        /// The folder.
        path: PathBuf,
        /// The account of the folder.
        found: String,
        /// The account of the credentials.
        given: String,
    },
    /// The fetch was begun with other options.
    #[error("the fetch in {} was begun with another {option}", path.display())]
    OtherOption {
        /// The folder.
        path: PathBuf,
        /// The option.
        option: &'static str,
    },
}

impl From<FileError> for StagingError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NotAFile { path, .. } => Self::WrongKind { path, expected: "file" },
            FileError::Io { path, source } => Self::Io { what: "cannot write", path, source },
        }
    }
}

impl StagingError {
    pub(super) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { what, path, source }
    }
}

/// An error of a fetch.
#[derive(Debug, thiserror::Error)]
pub enum FetchError<E: std::error::Error + 'static> {
    /// The folder.
    #[error(transparent)]
    Staging(#[from] StagingError),
    /// A call failed in a way that no other call would do better.
    #[error(transparent)]
    Api(E),
    /// Exports, and with them deleted records and archived tickets, are for admins.
    #[error("the user who logs in has the role {role}, but reading an account needs an admin")]
    NotAdmin {
        /// The role.
        role: &'static str,
    },
    /// It was stopped before it had begun.
    #[error("stopped before anything was read")]
    Stopped,
}

/// How far the failure of a call reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every other call would fail as well: wrong credentials, no network.
    Everything,
    /// The credentials do not allow this listing, for the reason that the manifest names.
    NotPermitted(GivenUp),
    /// The server refuses the position: a cursor that it no longer knows, a time that is too recent.
    Position,
    /// This listing, for the reason that the manifest names.
    Listing(GivenUp),
}

/// An error of a call that says how far it reaches.
pub trait Failure: std::error::Error + Send + Sync + 'static {
    /// Says how far it reaches.
    fn reach(&self) -> Reach;
}
