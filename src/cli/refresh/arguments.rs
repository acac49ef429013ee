//! What `refresh` takes.

use std::path::PathBuf;

use clap::Args;

use crate::cli::shared::filters::SeverityName;

/// Arguments of `refresh`.
#[derive(Debug, Args)]
pub struct RefreshArgs {
    /// The account file, also compressed with gzip
    pub(super) file: PathBuf,
    /// Read Zendesk records from this folder instead of the live account
    #[arg(long, value_name = "DIR")]
    pub(super) from: Option<PathBuf>,
    /// Read what changed since the newest snapshot, or everything if that snapshot cannot be continued
    #[arg(long = "continue", conflicts_with_all = ["from", "full"])]
    pub(super) goes_on: bool,
    /// Read everything, whatever orgdrift.toml says
    #[arg(long, conflicts_with = "from")]
    pub(super) full: bool,
    /// A file with the Zendesk credentials, which only you may read
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    pub(super) credentials: Option<PathBuf>,
    /// Refuse an account file that is older than this number of days [default: 7]
    #[arg(long, value_name = "DAYS")]
    pub(super) max_accounts_age: Option<u32>,
    /// Continue even if a live apply was interrupted
    #[arg(long)]
    pub(super) end_batch: bool,
    /// Exit with 3 if an issue has this severity or a higher one
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<SeverityName>,
    /// Exit with 3 if a new issue has this severity or a higher one
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on_new: Option<SeverityName>,
    /// Append a log to this file, without names or tokens
    #[arg(long, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,
}
