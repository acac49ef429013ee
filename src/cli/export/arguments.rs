//! What `export` takes.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::shared::{
    filters::{FindingArgs, RunArg},
    handover::AnalystArgs,
};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(subcommand)]
    pub(super) what: Export,
}

/// What can be exported.
#[derive(Debug, Subcommand)]
pub(super) enum Export {
    /// Write one row per account with issues: the triage file
    Exceptions(RowsArgs),
    /// Write one row per issue
    Issues(RowsArgs),
    /// Write a spreadsheet to work from: accounts, issues, causes, plan, data to fix
    Workbook(WorkbookArgs),
    /// Write a folder that Datasette serves: the file for analysts, its descriptions, and saved questions
    Datasette(DatasetteArgs),
}

/// Arguments of `export exceptions` and `export issues`.
#[derive(Debug, Clone, Args)]
pub(super) struct RowsArgs {
    #[command(flatten)]
    pub(super) filters: FindingArgs,
    /// Write at most this many rows
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u64>,
}

/// Arguments of `export workbook`.
#[derive(Debug, Args)]
pub(super) struct WorkbookArgs {
    #[command(flatten)]
    pub(super) run: RunArg,
    /// Only accounts of this owner, by the name or a part that no other owner has
    #[arg(long, value_name = "NAME")]
    pub(super) owner: Option<String>,
    /// Leave out names and addresses of users
    #[arg(long)]
    pub(super) redact: bool,
    /// Write a workbook for each owner of accounts, beside the file that --output names
    #[arg(long, value_enum, value_name = "BY", conflicts_with = "owner")]
    pub(super) split_by: Option<SplitBy>,
}

/// Arguments of `export datasette`.
#[derive(Debug, Args)]
pub(super) struct DatasetteArgs {
    /// The folder to write to; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    #[command(flatten)]
    pub(super) analyst: AnalystArgs,
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
        match self.what {
            Export::Workbook(_) => &["xlsx"],
            Export::Exceptions(_) | Export::Issues(_) | Export::Datasette(_) => &[],
        }
    }
}
