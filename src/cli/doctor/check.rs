//! One line of what the doctor says.

use crate::cli::shared::error::CliError;

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Ok,
    /// Worth knowing; no command fails because of it today.
    Warning,
    /// A command will fail because of it, with this exit code.
    Failure(u8),
}

impl Verdict {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure(_) => "failure",
        }
    }
}

/// What was looked at, what was found, what to do about it.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) verdict: Verdict,
    pub(super) found: String,
    pub(super) hint: Option<String>,
}

impl Check {
    pub(super) fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, found: found.into(), hint: None }
    }

    pub(super) fn warning(name: &'static str, found: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Warning, found: found.into(), hint: Some(hint.into()) }
    }

    /// What an error says, with the code that a command would end with.
    pub(super) fn failure(name: &'static str, error: impl Into<CliError>) -> Self {
        let error = error.into();
        Self {
            name,
            verdict: Verdict::Failure(error.code()),
            found: error.message(),
            hint: error.first_hint().map(ToOwned::to_owned),
        }
    }
}
