//! What is said about a file, and what is stored of it in the options of the snapshot.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::SalesforceOptions;
use crate::{
    output::counted,
    salesforce::{AccountFile, ChosenColumns, Column},
    warehouse::{staging::StagedCounts, unread::RejectionSummary},
};

/// Counts up when the reader begins to read the same bytes otherwise: then they make a new snapshot.
const READER: u32 = 2;
/// How many unused columns are named.
const NAMED: usize = 20;
/// Exports are often cut at this many rows: a report on the screen, a query without a limit of its own.
const CUT_SIZE: u64 = 2_000;

/// The options of the snapshot: how the file was read, the columns, the counts.
pub(super) fn options_json(
    accounts: &AccountFile,
    staged: &StagedCounts,
    options: &SalesforceOptions,
) -> Value {
    let counts = accounts.counts();
    let rates = accounts.fill_rates();
    let filled: serde_json::Map<_, _> =
        rates.into_iter().map(|rate| (rate.column, rate.filled.into())).collect();
    json!({
        "reading": reading_json(options),
        "columns": columns_json(accounts),
        "delimiter": accounts.delimiter().to_string(),
        "encoding": accounts.encoding_name(),
        "accept_folded": options.accept_folded,
        "accept_shrink": options.accept_shrink,
        "accept_rejections": options.accept_rejections,
        "filled": filled,
        "counts": {
            "read": counts.read,
            "accepted": staged.accounts,
            "repeated": staged.repeated,
            "deleted": counts.deleted,
            "rejected": staged.rejected,
            "footer": counts.footer,
            "repeated_header": counts.repeated_header,
            "preamble": counts.preamble,
            "padded": counts.padded,
            "unread_accounts": staged.unread_accounts,
            "rows_without_id": staged.rows_without_id,
            "with_usable_domain": staged.with_domains,
            "ids_15": counts.ids_15,
            "ids_18": counts.ids_18,
        },
    })
}

/// How a snapshot's file was read, from its options; null where an older orgdrift did.
pub(super) fn reading(options: &str) -> Option<Value> {
    let mut options: Value = serde_json::from_str(options).ok()?;
    options.get_mut("reading").map(Value::take)
}

/// The options under which the same bytes give the same accounts.
fn reading_json(options: &SalesforceOptions) -> Value {
    let read = &options.read;
    json!({
        "reader": READER,
        "id_col": read.id_col,
        "name_col": read.name_col,
        "domain_cols": read.domain_cols,
        "org_id_col": read.org_id_col,
        "owner_col": read.owner_col,
        "parent_col": read.parent_col,
        "deleted_col": read.deleted_col,
        "keep_cols": read.keep_cols,
        "delimiter": read.delimiter,
        "encoding": read.encoding,
    })
}

fn columns_json(accounts: &AccountFile) -> Value {
    let columns = accounts.columns();
    let names = |columns: &[Column]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let name = |column: &Option<Column>| column.as_ref().map(|column| column.name.clone());
    json!({
        "id": columns.id.name,
        "id_checks": names(&columns.id_checks),
        "name": columns.name.name,
        "domains": names(&columns.domains),
        "organization_id": name(&columns.organization_id),
        "owner": name(&columns.owner),
        "parent": name(&columns.parent),
        "is_deleted": name(&columns.is_deleted),
        "master_record_id": name(&columns.master_record_id),
        "kept": names(&columns.kept),
        "unused": columns.unused(accounts.headers()),
    })
}

/// What to know about a file that was read.
pub(super) fn notes(accounts: &AccountFile, staged: &StagedCounts) -> Vec<String> {
    let counts = accounts.counts();
    let mut notes = vec![format!("columns: {}", chosen(accounts).join(", "))];
    let unused = accounts.columns().unused(accounts.headers());
    if !unused.is_empty() {
        let named: Vec<_> = unused.iter().take(NAMED).map(|name| format!("`{}`", cut(name))).collect();
        let more = match unused.len().checked_sub(NAMED) {
            None | Some(0) => String::new(),
            Some(more) => format!(" and {more} more"),
        };
        notes.push(format!("not used: {}{more}", named.join(", ")));
    }
    notes.push(read_note(accounts, staged));
    notes.push(domains_note(accounts.columns(), staged));
    if counts.rows() == CUT_SIZE {
        notes.push(
            "the file has exactly 2,000 rows, the size of a cut export: make sure that no account is missing"
                .to_owned(),
        );
    }
    notes
}

/// How many records were read and what they are; kinds that do not occur are left out.
fn read_note(accounts: &AccountFile, staged: &StagedCounts) -> String {
    let counts = accounts.counts();
    let mut note =
        format!("{} read: {}", counted(counts.read, "record"), counted(staged.accounts, "account"));
    for (count, what) in [
        (staged.repeated, "repeated"),
        (counts.deleted, "deleted"),
        (staged.rejected, "rejected"),
        (counts.footer, "footer"),
        (counts.repeated_header, "header"),
        (counts.preamble, "preamble"),
    ] {
        if count > 0 {
            let _ = write!(note, ", {count} {what}");
        }
    }
    note
}

/// What was rejected: how many rows for which reason, and the first of them.
pub(super) fn rejection_notes(summary: &RejectionSummary, rejected: u64) -> Vec<String> {
    if rejected == 0 {
        return Vec::new();
    }
    let mut notes = vec![format!("{rejected} rejected: {}", summary.reasons())];
    notes.extend(summary.lines().into_iter().map(|line| format!("  {line}")));
    notes.extend(summary.hint().map(|hint| format!("  {hint}")));
    notes
}

fn domains_note(columns: &ChosenColumns, staged: &StagedCounts) -> String {
    if columns.domains.is_empty() {
        return "domains are not read (--domain-col none)".to_owned();
    }
    format!("{} of {} with a usable domain", staged.with_domains, counted(staged.accounts, "account"))
}

/// The columns by what they are for, and how far the domain columns are filled.
fn chosen(accounts: &AccountFile) -> Vec<String> {
    let columns = accounts.columns();
    let rows = accounts.counts().accepted;
    let named = |role: &str, column: &Column| format!("{role} `{}`", cut(&column.name));
    let mut chosen = vec![named("id", &columns.id)];
    chosen.extend(columns.id_checks.iter().map(|column| named("id again", column)));
    chosen.push(named("name", &columns.name));
    chosen.extend(
        columns
            .domains
            .iter()
            .zip(accounts.fill_rates())
            .map(|(column, rate)| format!("{} ({} % filled)", named("domain", column), rate.percent(rows))),
    );
    for (role, column) in [
        ("Zendesk organization", &columns.organization_id),
        ("owner", &columns.owner),
        ("parent", &columns.parent),
        ("deleted", &columns.is_deleted),
        ("merged into", &columns.master_record_id),
    ] {
        chosen.extend(column.as_ref().map(|column| named(role, column)));
    }
    chosen.extend(columns.kept.iter().map(|column| named("kept", column)));
    chosen
}

/// A header may be a whole line under a wrong delimiter.
fn cut(name: &str) -> String {
    const SHOWN: usize = 60;
    match name.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name.to_owned(),
    }
}
