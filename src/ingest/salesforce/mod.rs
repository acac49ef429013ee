//! One CSV of accounts becomes a snapshot.

mod again;
mod intake;
mod judge;
mod words;

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

use self::intake::Intake;
use super::{Allowance, GivenOrigin, IngestError, IngestReport, digest::SharedDigest, guard};
use crate::{
    clock::Clock,
    model::{Collection, Reading, Source},
    output::{self, CsvStyle, Format, OutputError},
    safe_file::{self, Readers},
    salesforce::{AccountFile, ReadOptions},
    warehouse::{
        Session, Warehouse, retract,
        snapshots::{self, CollectionRow, SnapshotRow},
        staging::StagedCounts,
    },
};

/// How an account file is read.
#[derive(Debug, Clone)]
pub struct SalesforceOptions {
    /// Columns, delimiter, encoding.
    pub read: ReadOptions,
    /// Takes ids as they are although none is mixed-case.
    pub accept_folded: bool,
    /// How many rows may be rejected.
    pub max_rejections: Allowance,
    /// Takes the file as complete with at most this many rejected rows.
    pub accept_rejections: Option<u64>,
    /// Where all rejected rows are written.
    pub rejections: Option<PathBuf>,
    /// How much smaller than the last complete snapshot the file may be.
    pub max_shrink: Allowance,
    /// Takes a smaller file as complete.
    pub accept_shrink: bool,
    /// Nobody is there to look: a file that is not whole, or that an older snapshot was read from, is refused.
    pub is_unattended: bool,
    /// When the file was exported.
    pub origin: GivenOrigin,
}

impl Default for SalesforceOptions {
    fn default() -> Self {
        Self {
            read: ReadOptions::default(),
            accept_folded: false,
            max_rejections: Allowance::Percent(10.0),
            accept_rejections: None,
            rejections: None,
            max_shrink: Allowance::Percent(10.0),
            accept_shrink: false,
            is_unattended: false,
            origin: GivenOrigin::default(),
        }
    }
}

/// Ingests a file; `-` is standard input.
pub fn ingest_file(
    warehouse: &Warehouse,
    path: &Path,
    options: &SalesforceOptions,
    clock: &Clock,
) -> Result<IngestReport, IngestError> {
    let file = path.display().to_string();
    if file == "-" {
        return ingest(warehouse, io::stdin(), "standard input", options, clock);
    }
    let input =
        safe_file::open(path).map_err(|source| IngestError::Unreadable { file: file.clone(), source })?;
    ingest(warehouse, input, &file, options, clock)
}

/// Ingests what a reader gives; `file` names it in messages.
pub fn ingest(
    warehouse: &Warehouse,
    input: impl Read + Send + 'static,
    file: &str,
    options: &SalesforceOptions,
    clock: &Clock,
) -> Result<IngestReport, IngestError> {
    let transaction = warehouse.begin()?;
    let report = store(&transaction, input, file, options, clock)?;
    if options.is_unattended && !report.snapshot.is_complete {
        return Err(again::not_whole(file, &report).into());
    }
    // Of the same bytes again nothing new is stored.
    if report.is_new {
        transaction.commit()?;
    }
    Ok(report)
}

/// Reads and stores the whole file inside a transaction.
fn store(
    transaction: &Session,
    input: impl Read + Send + 'static,
    file: &str,
    options: &SalesforceOptions,
    clock: &Clock,
) -> Result<IngestReport, IngestError> {
    // Now, and not after the whole file was read.
    if let Some(path) = &options.rejections {
        safe_file::check(path).map_err(|source| IngestError::Rejections {
            file: path.display().to_string(),
            source: source.into(),
        })?;
    }
    let started_at = clock.now();
    let (taken_at, taken_at_source) =
        guard::taken_at(transaction, Source::Salesforce, options.origin.taken_at.as_deref(), None, clock)?;
    let digest = SharedDigest::default();
    let in_file = |source| IngestError::Salesforce { file: file.to_owned(), source };
    let mut accounts = AccountFile::open(digest.watch(input), &options.read).map_err(in_file)?;
    let mut intake = Intake::new(transaction, snapshots::next_id(transaction)?, accounts.columns())?;
    while let Some(record) = accounts.next_record().map_err(in_file)? {
        intake.take(record)?;
    }
    let staged = intake.settle(accounts.columns())?;
    write_rejections(&intake, options.rejections.as_deref())?;
    judge::check(file, &accounts, &intake, &staged, options)?;
    guard::accounts(transaction)?;
    let verdict = judge::outcome(transaction, &accounts, &staged, options)?;

    let mut snapshot = SnapshotRow {
        snapshot_id: intake.snapshot_id(),
        source: Source::Salesforce,
        taken_at,
        taken_at_source,
        ingested_at: clock.now(),
        source_identity: None,
        input_digest: digest.hex(),
        is_complete: verdict.is_complete(),
        multiple_organizations: None,
        options: words::options_json(&accounts, &staged, options).to_string(),
    };
    let mut notes = words::notes(&accounts, &staged);
    notes.extend(words::rejection_notes(&intake.rejections().summary()?, staged.rejected));
    match again::look(transaction, &snapshot, &verdict, options)? {
        again::Again::Other => {}
        again::Again::Older(same) if options.is_unattended => {
            return Err(again::read_before(file, same).into());
        }
        again::Again::Older(same) => notes.push(again::older_note(&same)),
        again::Again::Reused(newest) => return again::reuse(transaction, *newest, notes, &verdict, &staged),
        again::Again::Replaced(newest) => {
            if options.origin.taken_at.is_none() {
                snapshot.taken_at.clone_from(&newest.taken_at);
                snapshot.taken_at_source = newest.taken_at_source;
            }
            notes.push(again::replaced_note(&newest));
            if !retract::has_run(transaction, newest.snapshot_id)? {
                retract::retract_accounts(transaction, newest.snapshot_id)?;
            }
        }
    }
    let collection = collection(&accounts, &staged, &verdict, started_at, clock.now());
    notes.extend(verdict.notes(&staged));
    let (warning_count, rejection_count) = intake.publish(snapshot.is_complete)?;
    snapshots::insert(transaction, &snapshot)?;
    snapshots::insert_collection(transaction, snapshot.snapshot_id, &collection)?;
    Ok(IngestReport {
        notes,
        snapshot,
        collections: vec![collection],
        warning_count,
        rejection_count,
        known_count: 0,
        is_new: true,
    })
}

/// The proof of how far the file was read.
fn collection(
    accounts: &AccountFile,
    staged: &StagedCounts,
    verdict: &judge::Verdict,
    started_at: String,
    finished_at: String,
) -> CollectionRow {
    CollectionRow {
        collection: Collection::Accounts,
        outcome: verdict.outcome,
        reason: verdict.reason.clone(),
        row_count: staged.accounts,
        page_count: 1,
        repeated_count: staged.repeated,
        first_cursor: None,
        last_cursor: None,
        is_end_of_stream_seen: accounts.cut_off_at().is_none(),
        started_at,
        finished_at,
        bound_since: None,
        reading: Reading::Walk,
        changed_count: None,
        continue_at: None,
        unread_count: staged.rejected,
    }
}

/// Writes every rejected row to a file, whatever becomes of the snapshot.
fn write_rejections(intake: &Intake<'_>, path: Option<&Path>) -> Result<(), IngestError> {
    let Some(path) = path else { return Ok(()) };
    let rows = intake.rejections().rows()?;
    let style = CsvStyle { is_file: true, is_raw: false };
    safe_file::write(path, Readers::Owner, |out| output::write_rows(rows, Format::Csv(style), out))
        .map(drop)
        .map_err(|source: OutputError| IngestError::Rejections { file: path.display().to_string(), source })
}
