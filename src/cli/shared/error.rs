//! What went wrong, for people: one line, its causes, what to do.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use super::{exit, log, near_file, shell::quoted};
use crate::{
    apply::ApplyError,
    audit::AuditError,
    clock::TimeError,
    decide::DecideError,
    handover::HandoverError,
    ingest::{IngestError, Mismatch, Refusal},
    output::{OutputError, printable},
    plan::{PlanError, Unsound},
    receipt::ReceiptError,
    safe_file::FileError,
    safe_folder::FolderError,
    warehouse::WarehouseError,
    workbook::WorkbookError,
    zendesk::client::{ApiError, CredentialsError},
};

/// An error with its exit code and hints.
#[derive(Debug)]
pub struct CliError {
    code: u8,
    message: String,
    /// Lines between the message and the hints.
    details: Vec<String>,
    hints: Vec<String>,
}

impl CliError {
    /// An error of the command line.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: exit::USAGE, message: message.into(), details: Vec::new(), hints: Vec::new() }
    }

    /// A failure that no other error describes.
    pub(crate) fn failure(message: impl Into<String>) -> Self {
        Self { code: exit::FAILURE, message: message.into(), details: Vec::new(), hints: Vec::new() }
    }

    /// A refusal.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { code: exit::REFUSED, message: message.into(), details: Vec::new(), hints: Vec::new() }
    }

    /// Something that the credentials do not allow.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self { code: exit::CREDENTIALS, message: message.into(), details: Vec::new(), hints: Vec::new() }
    }

    /// Something that cannot be said because a snapshot is incomplete.
    pub(crate) fn incomplete(message: impl Into<String>) -> Self {
        Self { code: exit::INCOMPLETE, message: message.into(), details: Vec::new(), hints: Vec::new() }
    }

    pub(crate) fn from_error(code: u8, error: &dyn Error, hint: Option<String>) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Some messages carry their cause already.
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            cause = error.source();
        }
        Self { code, message, details: Vec::new(), hints: hint.into_iter().collect() }
    }

    /// Adds what to do.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// What went wrong, without what to do.
    pub(crate) fn message(&self) -> String {
        in_plain_words(&self.message)
    }

    /// What to do about it.
    pub(crate) fn first_hint(&self) -> Option<&str> {
        self.hints.first().map(String::as_str)
    }

    /// Prints the error to standard error.
    pub(crate) fn print(&self) {
        if self.code == exit::DONE {
            return;
        }
        let message = in_plain_words(&self.message);
        tracing::error!(target: log::TARGET, code = self.code, "{}", printable(&message));
        anstream::eprintln!("error: {}", printable(&message));
        for detail in &self.details {
            anstream::eprintln!("  {}", printable(detail));
        }
        for hint in &self.hints {
            anstream::eprintln!("hint: {}", printable(hint));
        }
    }
}

/// What the operating system says, and how people say it.
const SYSTEM_WORDS: [(&str, &str); 6] = [
    ("No such file or directory", "no such file or folder"),
    ("Permission denied", "permission denied"),
    ("Is a directory", "it is a folder"),
    ("Not a directory", "a part of the path is not a folder"),
    ("No space left on device", "the disk is full"),
    ("Read-only file system", "the disk is read-only"),
];

/// A message without the numbers and the terms of the operating system.
fn in_plain_words(message: &str) -> String {
    let mut plain = message.to_owned();
    while let Some(at) = plain.find(" (os error ") {
        let Some(length) = plain[at..].find(')') else { break };
        plain.replace_range(at..=at + length, "");
    }
    for (system, people) in SYSTEM_WORDS {
        plain = plain.replace(system, people);
    }
    plain
}

impl From<WarehouseError> for CliError {
    fn from(error: WarehouseError) -> Self {
        let code = match error {
            WarehouseError::InUse { .. } => exit::IN_USE,
            _ => exit::FAILURE,
        };
        let near = match &error {
            WarehouseError::NotFound { path } => near_file::did_you_mean(path),
            _ => None,
        };
        let mut said = Self::from_error(code, &error, near.or_else(|| error.hint()));
        // What a command writes to the file is one transaction; only an apply has more, and says so itself.
        if matches!(error, WarehouseError::DiskFull) {
            said.message.push_str(": nothing was changed");
        }
        said
    }
}

impl From<IngestError> for CliError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Warehouse(error) => error.into(),
            // What is there may be fine, but it is not all: like a snapshot that is incomplete.
            IngestError::Unfinished { ref folder } => Self::from_error(exit::INCOMPLETE, &error, None)
                .hint(format!("orgdrift fetch zendesk {} --resume", quoted(folder))),
            IngestError::Refused(Refusal::NotContinued { why: Mismatch::Subjects { .. }, .. }) => {
                Self::from_error(exit::REFUSED, &error, error.hint())
            }
            IngestError::Refused(Refusal::NotContinued { ref folder, .. }) => {
                Self::from_error(exit::REFUSED, &error, None).hint(format!(
                    "read everything, into another folder: orgdrift fetch zendesk {}",
                    quoted(&beside(folder))
                ))
            }
            IngestError::Refused(Refusal::NotWhole { .. }) => {
                Self::from_error(exit::INCOMPLETE, &error, error.hint())
            }
            IngestError::Refused(_) => Self::from_error(exit::REFUSED, &error, error.hint()),
            IngestError::TooManyRejections { ref summary, .. } => {
                let details = summary.lines();
                Self { details, ..Self::from_error(exit::FAILURE, &error, error.hint()) }
            }
            IngestError::Unreadable { ref file, .. } => {
                let near = near_file::did_you_mean(Path::new(file));
                Self::from_error(exit::FAILURE, &error, near.or_else(|| error.hint()))
            }
            error => Self::from_error(exit::FAILURE, &error, error.hint()),
        }
    }
}

/// A name for another folder beside one.
fn beside(folder: &Path) -> PathBuf {
    // Without a slash at the end.
    let mut name = folder.components().collect::<PathBuf>().into_os_string();
    name.push("-full");
    name.into()
}

impl From<AuditError> for CliError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Warehouse(error) => error.into(),
            error @ AuditError::NoSnapshot { .. } => Self::from_error(exit::FAILURE, &error, error.hint()),
        }
    }
}

impl From<PlanError> for CliError {
    fn from(error: PlanError) -> Self {
        let code = match error {
            PlanError::Warehouse(error) => return error.into(),
            PlanError::Outdated { .. } | PlanError::OtherRules { .. } | PlanError::BrokenOff { .. } => {
                exit::REFUSED
            }
            PlanError::Incomplete { .. } => exit::INCOMPLETE,
            PlanError::NoRun | PlanError::NothingMatches { .. } | PlanError::UnknownKey { .. } => {
                exit::FAILURE
            }
        };
        Self::from_error(code, &error, error.hint())
    }
}

impl From<DecideError> for CliError {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::Warehouse(error) => error.into(),
            DecideError::Refused { .. } => {
                let details = error.details();
                Self { details, ..Self::from_error(exit::REFUSED, &error, error.hint()) }
            }
            DecideError::Io { ref path, .. } => {
                let near = near_file::did_you_mean(path);
                Self::from_error(exit::FAILURE, &error, near.or_else(|| error.hint()))
            }
            error => Self::from_error(exit::FAILURE, &error, error.hint()),
        }
    }
}

impl From<WorkbookError> for CliError {
    fn from(error: WorkbookError) -> Self {
        match error {
            WorkbookError::Warehouse(error) => error.into(),
            WorkbookError::File(error) => error.into(),
            error @ WorkbookError::Format(_) => Self::from_error(exit::FAILURE, &error, None),
        }
    }
}

impl From<HandoverError> for CliError {
    fn from(error: HandoverError) -> Self {
        match error {
            HandoverError::Warehouse(error) => error.into(),
            HandoverError::File(error) => error.into(),
            error @ HandoverError::Io(_) => Self::from_error(exit::FAILURE, &error, None),
        }
    }
}

impl From<Unsound> for CliError {
    fn from(error: Unsound) -> Self {
        match error {
            Unsound::Warehouse(error) => error.into(),
            error => Self::from_error(exit::REFUSED, &error, error.hint()),
        }
    }
}

impl From<CredentialsError> for CliError {
    fn from(error: CredentialsError) -> Self {
        Self::from_error(exit::CREDENTIALS, &error, error.hint())
    }
}

impl From<ApiError> for CliError {
    fn from(error: ApiError) -> Self {
        let code = if error.is_about_credentials() { exit::CREDENTIALS } else { exit::FAILURE };
        Self::from_error(code, &error, error.hint().map(ToOwned::to_owned))
    }
}

impl From<ApplyError> for CliError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Warehouse(error @ WarehouseError::DiskFull) => {
                let mut said = Self::from_error(exit::FAILURE, &error, error.hint());
                said.message.push_str(
                    ": the last request may have been sent; what the journal holds of it is settled when the apply is resumed",
                );
                said
            }
            ApplyError::Warehouse(error) => error.into(),
            ApplyError::NotWrittenDown { error, event } => {
                let mut said = Self::from(ApplyError::Warehouse(error));
                said.details.push(format!("not written down: {event}"));
                said
            }
            error @ (ApplyError::NotAPlan(_) | ApplyError::Journal(_)) => {
                Self::from_error(exit::REFUSED, &error, None)
            }
        }
    }
}

impl From<ReceiptError> for CliError {
    fn from(error: ReceiptError) -> Self {
        match error {
            ReceiptError::Warehouse(error) => error.into(),
            error @ (ReceiptError::Journal(_) | ReceiptError::NoBeginning(_)) => {
                let hint = "see what is wrong with the journal: `orgdrift receipt verify`";
                Self::from_error(exit::FAILURE, &error, Some(hint.to_owned()))
            }
        }
    }
}

impl From<OutputError> for CliError {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Warehouse(error) => error.into(),
            OutputError::Io(error) => error.into(),
            OutputError::File(error) => error.into(),
        }
    }
}

impl From<FolderError> for CliError {
    fn from(error: FolderError) -> Self {
        Self::from_error(exit::FAILURE, &error, Some("free some space, or name another folder".to_owned()))
    }
}

impl From<FileError> for CliError {
    fn from(error: FileError) -> Self {
        let (code, hint) = match &error {
            FileError::NotAFile { .. } => {
                (exit::USAGE, Some("name another file, or move this one away".to_owned()))
            }
            FileError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                (exit::FAILURE, Some("name a file in a folder that exists".to_owned()))
            }
            FileError::Io { .. } => (exit::FAILURE, None),
        };
        Self::from_error(code, &error, hint)
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        // Whoever closed the pipe has seen enough.
        let code = if error.kind() == std::io::ErrorKind::BrokenPipe { exit::DONE } else { exit::FAILURE };
        Self::from_error(code, &OutputError::Io(error), None)
    }
}

impl From<TimeError> for CliError {
    fn from(error: TimeError) -> Self {
        Self::from_error(exit::USAGE, &error, None)
    }
}
