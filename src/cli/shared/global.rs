//! What every command takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The warehouse [default: orgdrift.db]
    #[arg(long, global = true, value_name = "FILE", env = "ORGDRIFT_DB")]
    pub db: Option<PathBuf>,
    /// How rows are printed
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    pub format: Option<FormatName>,
    /// The same as --format json
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,
    /// Write rows to a file instead of standard output
    #[arg(long, global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write CSV cells exactly as they are, also those that a spreadsheet would run as formulas
    #[arg(long, global = true)]
    pub raw: bool,
    /// Print long texts to a terminal at once, without a pager
    #[arg(long, global = true)]
    pub no_pager: bool,
}

/// A format by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    /// For a terminal
    Table,
    /// For a spreadsheet
    Csv,
    /// One array of objects
    Json,
    /// One object a line
    Ndjson,
    /// For a chat or a mail; only `report` writes it
    Md,
}
