//! What `refresh` takes.

use std::path::PathBuf;

use clap::Args;

use crate::cli::shared::filters::SeverityName;

/// Arguments of `refresh`.
#[derive(Debug, Args)]
pub struct RefreshArgs {
    /// The account file, also compressed with gzip
    pub(super) file: PathBuf,
    /// A folder with Zendesk records, in place of the live account
    #[arg(long, value_name = "DIR")]
    pub(super) from: Option<PathBuf>,
    /// Read what changed since the newest snapshot; everything where that snapshot cannot be continued
    #[arg(long = "continue", conflicts_with_all = ["from", "full"])]
    pub(super) goes_on: bool,
    /// Read everything, whatever orgdrift.toml says
    #[arg(long, conflicts_with = "from")]
    pub(super) full: bool,
    /// A file with the credentials, which only its owner may read
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    pub(super) credentials: Option<PathBuf>,
    /// Refuse an account file that is older than this number of days [default: 7]
    #[arg(long, value_name = "DAYS")]
    pub(super) max_accounts_age: Option<u32>,
    /// Take new snapshots even if the apply of a plan over the newest ones was broken off
    #[arg(long)]
    pub(super) end_batch: bool,
    /// Exit with 3 if an issue is at or above this severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<SeverityName>,
    /// Exit with 3 if an issue that the run before had not is at or above this severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on_new: Option<SeverityName>,
    /// Append what happened to this file, a line each with time and level, without names or tokens
    #[arg(long, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,
}
