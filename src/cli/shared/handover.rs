//! Files for others: where they may be written, what is kept in them, and what is said of them.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{context::Context, error::CliError, exit, printing::FormatName, shell::quoted};
use crate::{
    handover::{AnalystOptions, HandedOver, KeyError, PseudonymKey},
    near::did_you_mean,
    output::counted,
    safe_file,
    warehouse::{Warehouse, query::Listing},
};

/// What a file for analysts holds beside what it always does.
#[derive(Debug, Args)]
pub(crate) struct AnalystArgs {
    /// For analysts: keep the names of account owners
    #[arg(long)]
    keep_owner: bool,
    /// For analysts: keep a column of the account file that `ingest --keep-col` kept
    #[arg(long, value_name = "COLUMN")]
    keep_col: Vec<String>,
    /// For analysts: replace ids of users and tickets by pseudonyms made with the key in this file
    #[arg(long, value_name = "KEYFILE")]
    pseudonyms: Option<PathBuf>,
}

/// Prints what a file holds.
pub(crate) fn say(context: &Context, handed: &HandedOver) -> Result<(), CliError> {
    if handed.tables.is_empty() {
        return Ok(());
    }
    let rows: Vec<Vec<String>> = handed
        .tables
        .iter()
        .map(|table| vec![table.name.clone(), table.row_count.to_string(), table.title.clone()])
        .collect();
    let listing = Listing::new()?;
    context.print_rows(listing.rows(&["table", "rows", "description"], &rows)?, FormatName::Table)?;
    Ok(())
}

/// What was written where, and what it can be recognized by.
pub(crate) fn written(handed: &HandedOver, path: &Path) -> String {
    format!("{} written to {}, SHA-256 {}", counted(handed.size, "byte"), path.display(), handed.sha256)
}

/// Refuses a name where no new file may stand: found out before the work whose result it is to hold.
pub(crate) fn check_target(path: &Path, context: &Context, may_replace: bool) -> Result<(), CliError> {
    context.check_not_the_warehouse(path)?;
    safe_file::check(path)?;
    // A journal that SQLite would take for one of the new file.
    for ending in ["-journal", "-wal"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(ending);
        if fs::symlink_metadata(&beside).is_ok() {
            return Err(CliError::usage(format!(
                "{} is in use: {} lies beside it",
                path.display(),
                Path::new(&beside).display()
            ))
            .hint("name another file, or wait for the program that uses it"));
        }
    }
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    if !may_replace {
        return Err(CliError::usage(format!("{} is there already", path.display()))
            .hint("name another file; --replace replaces it"));
    }
    if !is_database(path) {
        return Err(CliError::usage(format!("{} is not a database, so it is not replaced", path.display()))
            .hint("name another file"));
    }
    Ok(())
}

/// Whether a file is a SQLite database, or empty.
fn is_database(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(16).read_to_end(&mut start));
    read.is_ok() && (start.is_empty() || start == b"SQLite format 3\0")
}

impl AnalystArgs {
    /// Refuses what only a file for analysts has.
    pub(crate) fn are_none(&self) -> Result<(), CliError> {
        if self.keep_owner || !self.keep_col.is_empty() || self.pseudonyms.is_some() {
            return Err(CliError::usage(
                "--keep-owner, --keep-col and --pseudonyms are for files of analysts",
            )
            .hint("they go with `export-db --profile analyst` and `export datasette`"));
        }
        Ok(())
    }

    /// Reads the key of pseudonyms.
    pub(crate) fn key(&self) -> Result<Option<PseudonymKey>, CliError> {
        let Some(path) = &self.pseudonyms else { return Ok(None) };
        let file = quoted(path);
        PseudonymKey::read(path).map(Some).map_err(|error| {
            let hint = match &error {
                KeyError::Open { .. } => format!("chmod 600 {file}"),
                _ => format!("make one, and keep it: (umask 077; openssl rand -hex 32 > {file})"),
            };
            CliError::from_error(exit::USAGE, &error, Some(hint))
        })
    }

    /// Refuses columns that were not kept.
    pub(crate) fn check(&self, warehouse: &Warehouse) -> Result<(), CliError> {
        let Some(run) = warehouse.run(None)? else {
            return Err(
                CliError::failure("the warehouse has no run yet").hint("run `orgdrift audit` to make one")
            );
        };
        let kept = warehouse.kept_columns(run.salesforce_snapshot_id)?;
        match self.keep_col.iter().find(|name| !kept.contains(name)) {
            None => Ok(()),
            Some(name) if kept.is_empty() => {
                Err(CliError::usage(format!("the column {name} was not kept: no column was"))
                    .hint(format!("orgdrift ingest salesforce FILE --keep-col {}", quoted(Path::new(name)))))
            }
            Some(name) => Err(CliError::usage(format!("the column {name} was not kept")).hint(
                did_you_mean(name, kept.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("kept are: {}", kept.join(", "))),
            )),
        }
    }

    /// What is asked for.
    pub(crate) fn options<'o>(&'o self, key: Option<&'o PseudonymKey>) -> AnalystOptions<'o> {
        AnalystOptions { keeps_owner: self.keep_owner, kept_columns: &self.keep_col, pseudonyms: key }
    }

    /// What the file holds of people, in one sentence.
    pub(crate) fn said(&self) -> String {
        let ids = if self.pseudonyms.is_some() {
            "pseudonyms in place of the ids of users and tickets"
        } else {
            "ids of users and tickets; --pseudonyms replaces them"
        };
        let mut kept = Vec::new();
        if self.keep_owner {
            kept.push("the owners of accounts".to_owned());
        }
        kept.extend(self.keep_col.iter().map(|name| format!("the column {name}")));
        let kept =
            if kept.is_empty() { String::new() } else { format!("; kept as you asked: {}", kept.join(", ")) };
        format!("it holds no names, addresses or external ids of users, but {ids}{kept}")
    }
}
