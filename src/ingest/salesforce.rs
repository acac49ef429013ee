//! One CSV of accounts becomes a snapshot.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read},
    path::Path,
};

use serde_json::json;

use super::{Allowance, GivenOrigin, IngestError, IngestReport, PLATFORM_HOST, digest::SharedDigest, guard};
use crate::{
    clock::Clock,
    identity::{AccountId, is_valid_domain},
    model::{Collection, DomainKind, Outcome, Reading, Source},
    output::counted,
    salesforce::{AccountFile, AccountRow, CellWarning, ChosenColumns, Counts, ReadOptions, Record},
    warehouse::{
        Session, Warehouse,
        domains::Domains,
        snapshots::{self, CollectionRow, Notes, SnapshotRow, Warning},
        staging::{AccountRecord, AccountStaging, Staged},
    },
};

/// From so many ids with letters on, a file without a mixed-case one is doubted.
const FOLDED_FROM: u64 = 20;

/// How an account file is read.
#[derive(Debug, Clone)]
pub struct SalesforceOptions {
    /// Columns, delimiter, encoding.
    pub read: ReadOptions,
    /// Takes ids as they are although none is mixed-case.
    pub accept_folded: bool,
    /// How many rows may be rejected.
    pub max_rejections: Allowance,
    /// How much smaller than the last complete reading the file may be.
    pub max_shrink: Allowance,
    /// Takes a smaller file as complete.
    pub accept_shrink: bool,
    /// When the file was exported.
    pub origin: GivenOrigin,
}

impl Default for SalesforceOptions {
    fn default() -> Self {
        Self {
            read: ReadOptions::default(),
            accept_folded: false,
            max_rejections: Allowance::Percent(10.0),
            max_shrink: Allowance::Percent(10.0),
            accept_shrink: false,
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
    let input = File::open(path)
        .and_then(|input| {
            if input.metadata()?.is_dir() {
                Err(io::Error::from(io::ErrorKind::IsADirectory))
            } else {
                Ok(input)
            }
        })
        .map_err(|source| IngestError::Unreadable { file: file.clone(), source })?;
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
    transaction.commit()?;
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
    let started_at = clock.now();
    let (taken_at, taken_at_source) =
        guard::taken_at(transaction, Source::Salesforce, options.origin.taken_at.as_deref(), None, clock)?;
    let snapshot_id = snapshots::next_id(transaction)?;
    let digest = SharedDigest::default();
    let in_file = |source| IngestError::Salesforce { file: file.to_owned(), source };
    let mut accounts = AccountFile::open(digest.watch(input), &options.read).map_err(in_file)?;

    let mut intake = Intake {
        staging: AccountStaging::new(transaction)?,
        domains: Domains::new(transaction, is_valid_domain)?,
        notes: Notes::new(transaction, snapshot_id)?,
        domain_column: match &accounts.columns().domains[..] {
            [column] => Some(column.name.clone()),
            _ => None,
        },
        merged_into: HashMap::new(),
        repeated_count: 0,
        first_rejection: None,
    };
    while let Some(record) = accounts.next_record().map_err(in_file)? {
        intake.take(record)?;
    }
    let counts = accounts.counts();
    check(file, &counts, &intake, options)?;
    intake.stage_merges()?;

    let (account_count, blocked_count) = intake.staging.counts()?;
    let last_complete = snapshots::last_complete_count(transaction, Collection::Accounts)?;
    let (outcome, reason) = guard::shrink(
        Outcome::Complete,
        account_count,
        last_complete,
        options.max_shrink,
        options.accept_shrink,
    );
    let is_complete = outcome == Outcome::Complete;
    let Intake { staging, notes, repeated_count, .. } = intake;
    staging.publish(snapshot_id, is_complete)?;
    let collection = CollectionRow {
        collection: Collection::Accounts,
        outcome,
        reason,
        row_count: account_count,
        page_count: 1,
        repeated_count,
        first_cursor: None,
        last_cursor: None,
        is_end_of_stream_seen: true,
        started_at,
        finished_at: clock.now(),
        bound_since: None,
        reading: Reading::Walk,
        changed_count: None,
        continue_at: None,
    };
    let snapshot = SnapshotRow {
        snapshot_id,
        source: Source::Salesforce,
        taken_at,
        taken_at_source,
        ingested_at: clock.now(),
        source_identity: None,
        input_digest: digest.hex(),
        is_complete,
        multiple_organizations: None,
        options: json!({
            "columns": columns_json(accounts.columns()),
            "delimiter": accounts.delimiter().to_string(),
            "encoding": accounts.encoding_name(),
            "accept_folded": options.accept_folded,
            "accept_shrink": options.accept_shrink,
            "counts": {
                "read": counts.read,
                "accepted": counts.accepted - repeated_count,
                "repeated": repeated_count,
                "deleted": counts.deleted,
                "rejected": counts.rejected,
                "footer": counts.footer,
                "repeated_header": counts.repeated_header,
                "blocked_input": blocked_count,
                "ids_15": counts.ids_15,
                "ids_18": counts.ids_18,
            },
        })
        .to_string(),
    };
    snapshots::insert(transaction, &snapshot)?;
    snapshots::insert_collection(transaction, snapshot_id, &collection)?;
    let mut for_people = notes_for_people(&accounts, &counts, repeated_count, account_count, blocked_count);
    if let (false, Some(last)) = (is_complete, last_complete) {
        for_people.push(guard::shrink_note(Collection::Accounts, Reading::Walk, account_count, last));
    }
    Ok(IngestReport {
        notes: for_people,
        snapshot,
        collections: vec![collection],
        warning_count: notes.warning_count,
        rejection_count: notes.rejection_count,
    })
}

/// Where the records of one file go.
struct Intake<'c> {
    staging: AccountStaging<'c>,
    domains: Domains<'c>,
    notes: Notes<'c>,
    /// The header of the domain column, if there is one only.
    domain_column: Option<String>,
    /// Merged accounts and what they were merged into; the final winner is found at the end.
    merged_into: HashMap<AccountId, AccountId>,
    repeated_count: u64,
    first_rejection: Option<String>,
}

impl Intake<'_> {
    fn take(&mut self, record: Record) -> Result<(), IngestError> {
        match record {
            Record::Account(row) => self.account(&row)?,
            Record::Deleted { line, account_id, master_record_id, warnings } => {
                self.warn(line, account_id, &warnings)?;
                if let Some(winner) = master_record_id {
                    self.merged_into.insert(account_id, winner);
                }
            }
            Record::Rejected(rejection) => {
                let reason = rejection.reason.as_str();
                self.first_rejection.get_or_insert_with(|| {
                    format!("first: line {}, column {}, {reason}", rejection.line, rejection.column)
                });
                self.notes.reject(rejection.line, &rejection.column, reason, &rejection.value)?;
            }
        }
        Ok(())
    }

    fn account(&mut self, row: &AccountRow) -> Result<(), IngestError> {
        let mut domain_ids = Vec::with_capacity(row.domains.len());
        for domain in &row.domains {
            let known = self.domains.get(domain)?;
            domain_ids.push(known.id);
            if known.listed_kind == Some(DomainKind::Platform) {
                self.notes.warn(&Warning {
                    line: Some(row.line),
                    column: self.domain_column.as_deref(),
                    reason: PLATFORM_HOST,
                    value: Some(domain),
                    subject_kind: "account",
                    subject_id: Some(row.account_id.as_str()),
                })?;
            }
        }
        let extra = (!row.kept.is_empty()).then(|| {
            serde_json::Value::Object(
                row.kept.iter().map(|(name, cell)| (name.clone(), cell.clone().into())).collect(),
            )
            .to_string()
        });
        let staged = self.staging.add(&AccountRecord {
            account_id: row.account_id.as_str(),
            name: &row.name,
            stored_organization_raw: row.stored_organization_raw.as_deref(),
            stored_organization_id: row.stored_organization_id,
            owner: row.owner.as_deref(),
            parent_account_id: row.parent_account_id.as_ref().map(AccountId::as_str),
            extra: extra.as_deref(),
            domain_ids: &domain_ids,
        })?;
        match staged {
            Staged::New => {}
            Staged::Repeated | Staged::AlreadyOut => self.repeated_count += 1,
            Staged::Contradicted => {
                self.repeated_count += 1;
                self.notes.warn(&Warning {
                    line: Some(row.line),
                    column: None,
                    reason: "blocked_input",
                    value: None,
                    subject_kind: "account",
                    subject_id: Some(row.account_id.as_str()),
                })?;
            }
        }
        self.warn(row.line, row.account_id, &row.warnings)
    }

    fn warn(
        &mut self,
        line: u64,
        account_id: AccountId,
        warnings: &[CellWarning],
    ) -> Result<(), IngestError> {
        for warning in warnings {
            self.notes.warn(&Warning {
                line: Some(line),
                column: Some(&warning.column),
                reason: warning.reason.as_str(),
                value: Some(&warning.value),
                subject_kind: "account",
                subject_id: Some(account_id.as_str()),
            })?;
        }
        Ok(())
    }

    /// Follows every chain of merges to its end; a circle has none and is left out.
    fn stage_merges(&mut self) -> Result<(), IngestError> {
        for &merged in self.merged_into.keys() {
            let mut winner = merged;
            let mut steps = 0;
            while let Some(&next) = self.merged_into.get(&winner) {
                winner = next;
                steps += 1;
                if steps > self.merged_into.len() {
                    break;
                }
            }
            if steps <= self.merged_into.len() {
                self.staging.add_merge(merged.as_str(), winner.as_str())?;
            }
        }
        Ok(())
    }
}

/// What makes a whole file unfit.
fn check(
    file: &str,
    counts: &Counts,
    intake: &Intake<'_>,
    options: &SalesforceOptions,
) -> Result<(), IngestError> {
    let file = || file.to_owned();
    let rows = counts.accepted + counts.rejected;
    if options.max_rejections.is_exceeded(counts.rejected, rows) {
        return Err(IngestError::TooManyRejections {
            file: file(),
            rejected: counts.rejected,
            rows,
            allowed: options.max_rejections.to_string(),
            first: intake.first_rejection.clone().unwrap_or_default(),
        });
    }
    if counts.accepted == 0 {
        return Err(IngestError::NoAccounts { file: file() });
    }
    if !options.accept_folded && counts.ids_with_letters >= FOLDED_FROM && counts.ids_mixed_case == 0 {
        return Err(IngestError::CaseFolded { file: file(), ids: counts.ids_with_letters });
    }
    Ok(())
}

fn columns_json(columns: &ChosenColumns) -> serde_json::Value {
    let names = |columns: &[crate::salesforce::Column]| {
        columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()
    };
    json!({
        "id": columns.id.name,
        "name": columns.name.name,
        "domains": names(&columns.domains),
        "organization_id": columns.organization_id.as_ref().map(|column| &column.name),
        "owner": columns.owner.as_ref().map(|column| &column.name),
        "parent": columns.parent.as_ref().map(|column| &column.name),
        "is_deleted": columns.is_deleted.as_ref().map(|column| &column.name),
        "master_record_id": columns.master_record_id.as_ref().map(|column| &column.name),
        "kept": names(&columns.kept),
    })
}

fn notes_for_people(
    accounts: &AccountFile,
    counts: &Counts,
    repeated_count: u64,
    account_count: u64,
    blocked_count: u64,
) -> Vec<String> {
    let columns = accounts.columns();
    let mut chosen = vec![format!("id `{}`", columns.id.name), format!("name `{}`", columns.name.name)];
    chosen.extend(columns.domains.iter().map(|column| format!("domain `{}`", column.name)));
    for (role, column) in [
        ("Zendesk organization", &columns.organization_id),
        ("owner", &columns.owner),
        ("parent", &columns.parent),
    ] {
        chosen.extend(column.as_ref().map(|column| format!("{role} `{}`", column.name)));
    }
    vec![
        format!("columns: {}", chosen.join(", ")),
        format!(
            "{} read: {}, {repeated_count} repeated, {} deleted, {} rejected, {} footer, {} header",
            counted(counts.read, "record"),
            counted(counts.accepted - repeated_count, "account"),
            counts.deleted,
            counts.rejected,
            counts.footer,
            counts.repeated_header
        ),
        match blocked_count {
            0 => format!("{} stored", counted(account_count, "account")),
            _ => format!(
                "{} stored; {} of them out of the audit, with rows that contradict each other (blocked_input)",
                counted(account_count, "account"),
                blocked_count
            ),
        },
    ]
}
