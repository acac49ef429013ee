//! Whether a file can be used, and whether it counts as complete.

use super::{SalesforceOptions, intake::Intake};
use crate::{
    ingest::{IngestError, guard},
    model::{Collection, Outcome, Reading},
    output::counted,
    salesforce::AccountFile,
    warehouse::{Session, snapshots, staging::StagedCounts},
};

/// From this many ids with letters on, a file without a mixed-case one is doubted.
const FOLDED_FROM: u64 = 20;

/// What makes a whole file unfit.
pub(super) fn check(
    file: &str,
    accounts: &AccountFile,
    intake: &Intake<'_>,
    staged: &StagedCounts,
    options: &SalesforceOptions,
) -> Result<(), IngestError> {
    let counts = accounts.counts();
    let file = || file.to_owned();
    let rows = counts.accepted + counts.rejected;
    if options.max_rejections.is_exceeded(staged.rejected, rows) {
        return Err(IngestError::TooManyRejections {
            file: file(),
            rejected: staged.rejected,
            rows,
            allowed: options.max_rejections.to_string(),
            summary: intake.rejections().summary()?,
        });
    }
    if staged.accounts == 0 {
        return Err(IngestError::NoAccounts { file: file() });
    }
    if !options.accept_folded && counts.ids_with_letters >= FOLDED_FROM && counts.ids_mixed_case == 0 {
        return Err(IngestError::CaseFolded { file: file(), ids: counts.ids_with_letters });
    }
    accounts.check_domain_column().map_err(|source| IngestError::Salesforce { file: file(), source })
}

/// How far a file was read, and why not further.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    /// Complete or partial.
    pub(super) outcome: Outcome,
    /// Why it is not complete.
    pub(super) reason: Option<String>,
    /// The line inside which the file ends.
    cut_off_at: Option<u64>,
    /// Rows of the last complete snapshot.
    last_complete: Option<u64>,
}

/// Decides whether the file is complete.
pub(super) fn outcome(
    connection: &Session,
    accounts: &AccountFile,
    staged: &StagedCounts,
    options: &SalesforceOptions,
) -> Result<Verdict, IngestError> {
    let cut_off_at = accounts.cut_off_at();
    let last_complete = snapshots::last_complete_count(connection, Collection::Accounts)?;
    let is_accepted = options.accept_rejections.is_some_and(|accepted| staged.rejected <= accepted);
    let partial = |reason: &str| (Outcome::Partial, Some(reason.to_owned()));
    let (outcome, reason) = if cut_off_at.is_some() {
        partial("cut_off")
    } else if staged.rejected > 0 && !is_accepted {
        partial("rows_rejected")
    } else {
        // An account whose row cannot be used was in the file.
        let found = staged.accounts + staged.unread_accounts + staged.rows_without_id;
        guard::shrink(Outcome::Complete, found, last_complete, options.max_shrink, options.accept_shrink)
    };
    Ok(Verdict { outcome, reason, cut_off_at, last_complete })
}

impl Verdict {
    /// Whether every record was read.
    pub(super) fn is_complete(&self) -> bool {
        self.outcome == Outcome::Complete
    }

    /// What to know, and to do, about the outcome.
    pub(super) fn notes(&self, staged: &StagedCounts) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(line) = self.cut_off_at {
            notes.push(format!(
                "accounts: cut_off, the file ends inside the record of line {line}; export or download it again"
            ));
        }
        match self.reason.as_deref() {
            Some("rows_rejected") => notes.push(format!(
                "accounts: if {} may stay unread, ingest the file again with --accept-rejections {}",
                if staged.rejected == 1 { "this row" } else { "these rows" },
                staged.rejected
            )),
            Some("shrunk") => {
                let last = self.last_complete.unwrap_or(0);
                notes.push(guard::shrink_note(Collection::Accounts, Reading::Walk, staged.accounts, last));
            }
            None if staged.rejected > 0 => notes.push(unread_note(staged)),
            _ => {}
        }
        notes
    }
}

fn unread_note(staged: &StagedCounts) -> String {
    let mut parts = Vec::new();
    if staged.unread_accounts > 0 {
        parts.push(format!("{} unread", counted(staged.unread_accounts, "account")));
    }
    if staged.rows_without_id > 0 {
        parts.push(format!(
            "{} without an account id, so no account counts as gone and orphan_org is not evaluated",
            counted(staged.rows_without_id, "row")
        ));
    }
    format!("accounts: {} accepted: {}", counted(staged.rejected, "rejected row"), parts.join("; "))
}
