//! What `export` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::shared::{filters::FilterArgs, handover::AnalystArgs};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What to export
    #[arg(value_enum)]
    pub(super) name: ExportName,
    /// Of datasette: the folder to write to; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
    #[command(flatten)]
    pub(super) filters: FilterArgs,
    #[command(flatten)]
    pub(super) analyst: AnalystArgs,
    /// The most rows to write
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u64>,
    /// Of a workbook: leave out names and addresses of users
    #[arg(long)]
    pub(super) redact: bool,
    /// Of a workbook: write one for each owner of accounts, beside the file that --output names
    #[arg(long, value_enum, value_name = "BY")]
    pub(super) split_by: Option<SplitBy>,
}

/// What workbooks are told apart by.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SplitBy {
    /// The owner of the account
    Owner,
}

impl ExportArgs {
    /// Endings of the files that are written in a form of their own.
    pub(crate) fn own_endings(&self) -> &'static [&'static str] {
        match self.name {
            ExportName::Workbook => &["xlsx"],
            ExportName::Exceptions | ExportName::Issues | ExportName::Datasette => &[],
        }
    }
}

/// What can be exported.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ExportName {
    /// One row per account with issues: the triage file
    Exceptions,
    /// One row per issue
    Issues,
    /// A spreadsheet to work from: accounts, issues, causes, plan, data to fix; needs --output FILE.xlsx
    Workbook,
    /// A folder that Datasette serves: the file for analysts, its descriptions, and saved questions
    Datasette,
}
