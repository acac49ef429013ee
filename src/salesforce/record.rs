//! What the reader hands out.

use crate::identity::{AccountId, AccountIdProblem, DomainProblem, StoredIdProblem};

/// How many characters of a bad value are kept.
const MAX_VALUE_CHARS: usize = 200;

/// One record of an export, or what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// An account.
    Account(AccountRow),
    /// A deleted account, from an export with `queryAll` or `--all-rows`.
    Deleted {
        /// The line the record starts at, from 1.
        line: u64,
        /// The deleted account.
        account_id: AccountId,
        /// The account it was merged into.
        master_record_id: Option<AccountId>,
        /// A `MasterRecordId` that could not be read.
        warnings: Vec<CellWarning>,
    },
    /// A record that could not be read.
    Rejected(Rejection),
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// The line the record starts at, from 1.
    pub line: u64,
    /// The account.
    pub account_id: AccountId,
    /// The name, trimmed; empty with a warning.
    pub name: String,
    /// The domain keys, each once, in the order of the columns and cells.
    pub domains: Vec<String>,
    /// What was not usable in the record's cells.
    pub warnings: Vec<CellWarning>,
    /// The stored Zendesk organization id as written, trimmed and cut; `None` when blank.
    pub stored_organization_raw: Option<String>,
    /// The stored Zendesk organization id, when it is one.
    pub stored_organization_id: Option<i64>,
    /// The owner, trimmed; `None` when blank.
    pub owner: Option<String>,
    /// The parent account.
    pub parent_account_id: Option<AccountId>,
    /// Header and cell, unchanged, of each column to keep; a word for null is blank.
    pub kept: Vec<(String, String)>,
}

/// A cell that was not usable in a record that was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellWarning {
    /// The header of the cell's column.
    pub column: String,
    /// What is wrong.
    pub reason: WarnReason,
    /// The value, cut to 200 characters; of a domain cell only the token.
    pub value: String,
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The line the record starts at, from 1.
    pub line: u64,
    /// The header of the column in question; of the id column when the whole record is.
    pub column: String,
    /// What is wrong.
    pub reason: RejectReason,
    /// The value, cut to 200 characters; the record's first cell for a wrong cell count.
    pub value: String,
    /// What can be read of it nevertheless.
    pub claims: Box<Claims>,
}

/// What a record that could not be used says about an account: somebody's customer is there, and nothing may be
/// concluded from not having read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// The account, if the id can be read.
    pub account_id: Option<AccountId>,
    /// Domain keys that stand in it.
    pub domains: Vec<String>,
    /// Whether these are all of the record.
    pub has_all_domains: bool,
    /// Zendesk organization ids that stand in it.
    pub organization_ids: Vec<i64>,
    /// Whether the stored organization id is among them, or is blank.
    pub has_organization: bool,
    /// The account's name, if it can be read.
    pub name: Option<String>,
}

/// Why a record was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RejectReason {
    /// The id cell is blank.
    MissingAccountId,
    /// The id cell holds no account id.
    AccountId(AccountIdProblem),
    /// Two id columns name different accounts.
    IdColumnsDisagree,
    /// More or fewer cells than the header.
    WrongCellCount,
    /// `IsDeleted` is neither true nor false.
    MalformedIsDeleted,
    /// A NUL character in a cell, as damaged files have.
    NulCharacter,
    /// The file ends inside the record.
    CutOff,
}

impl RejectReason {
    /// Returns the reason code that is stored with the rejection.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingAccountId => "missing_account_id",
            Self::AccountId(problem) => problem.as_str(),
            Self::IdColumnsDisagree => "id_columns_disagree",
            Self::WrongCellCount => "wrong_cell_count",
            Self::MalformedIsDeleted => "malformed_is_deleted",
            Self::NulCharacter => "nul_character",
            Self::CutOff => "cut_off",
        }
    }
}

/// Why a cell was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WarnReason {
    /// The account has no name.
    EmptyName,
    /// A token of a domain cell is not a key.
    Domain(DomainProblem),
    /// The domain cells hold more entries than are read.
    TooManyDomains,
    /// A host stands behind a comma in a URL's path; it may be part of the path.
    HostInPath,
    /// The stored organization id is of no use.
    StoredId(StoredIdProblem),
    /// A parent or master record id is not an account id.
    AccountId(AccountIdProblem),
}

impl WarnReason {
    /// Returns the reason code that is stored with the warning.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmptyName => "empty_name",
            Self::Domain(problem) => problem.as_str(),
            Self::TooManyDomains => "too_many_domains",
            Self::HostInPath => "host_in_path",
            Self::StoredId(problem) => problem.as_str(),
            Self::AccountId(problem) => problem.as_str(),
        }
    }
}

/// What became of the records, and what their ids look like.
///
/// At the end of the file `read` is the sum of `accepted`, `deleted`, `rejected`, `footer`,
/// `repeated_header` and `preamble`; the header itself is not counted. Before, report footers may be pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines before the header and records after it, without blank ones.
    pub read: u64,
    /// Accounts handed out, repeated ids included.
    pub accepted: u64,
    /// Deleted accounts handed out.
    pub deleted: u64,
    /// Rejections handed out.
    pub rejected: u64,
    /// Lines of a report's footer.
    pub footer: u64,
    /// Repetitions of the header, as in pages put together.
    pub repeated_header: u64,
    /// Lines before the header: titles, and what a command line tool said.
    pub preamble: u64,
    /// Accounts whose row ends before the header does; the cells that it lacks are blank.
    pub padded: u64,
    /// Rows of delimiters and white space only, as spreadsheets leave behind. Not part of `read`;
    /// lines without any delimiter are not counted at all.
    pub blank: u64,
    /// Accepted and deleted ids written with 15 characters.
    pub ids_15: u64,
    /// Accepted and deleted ids written with 18 characters.
    pub ids_18: u64,
    /// Of these, ids with a letter in the first 15 characters.
    pub ids_with_letters: u64,
    /// Of these, ids written with upper-case and lower-case letters, suffix included. When there
    /// are many ids with letters and none of mixed case, a tool has folded the case.
    pub ids_mixed_case: u64,
    /// Ids whose letter case was restored from their suffix.
    pub ids_restored: u64,
}

impl Counts {
    /// Records that are neither header, preamble nor footer.
    pub const fn rows(&self) -> u64 {
        self.accepted + self.deleted + self.rejected
    }

    /// Whether every record read is accounted for.
    pub const fn is_balanced(&self) -> bool {
        self.read
            == self.accepted
                + self.deleted
                + self.rejected
                + self.footer
                + self.repeated_header
                + self.preamble
    }
}

/// Cuts a value for storage. NUL becomes a replacement character, since `SQLite`'s text functions
/// stop at it.
pub(super) fn cut_value(value: &str) -> String {
    value.chars().take(MAX_VALUE_CHARS).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect()
}
