//! `orgdrift demo`

use std::{fs, io, path::Path};

use clap::Args;

use super::{
    CliError,
    arguments::FormatName,
    context::Context,
    exit,
    nouns::{EXCEPTIONS, Noun},
};
use crate::{
    audit::{self, AuditOptions},
    catalog::files,
    ingest::{
        GivenOrigin,
        salesforce::{self, SalesforceOptions},
        zendesk::{self, ZendeskOptions},
    },
    output::{self, CsvStyle, Format},
    warehouse::{Filter, Value, Warehouse},
};

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {}

/// When the account file of the demo was exported: half an hour before its Zendesk records were read.
const ACCOUNTS_TAKEN_AT: &str = "2026-11-02T05:30:00Z";

/// The triage file, beside the warehouse.
const TRIAGE_FILE: &str = "exceptions_by_account.csv";

/// The columns that fit a terminal.
const TABLE: Noun = Noun {
    name: "accounts",
    select: "select account_name as account, total_issue_count as total, prepared_action_count as prepared,
  blocked_action_count as blocked, triage_status, top_issue_codes, top_blocked_reasons
from exceptions_by_account as e",
    filters: EXCEPTIONS.filters,
    order_by: EXCEPTIONS.order_by,
};

pub(super) fn run(context: &Context, _arguments: &DemoArgs) -> Result<u8, CliError> {
    let warehouse = context.create()?;
    if has_other_data(&warehouse)? {
        return Err(CliError::refused(format!(
            "{} holds data that are not the demo's",
            context.db().display()
        ))
        .hint("name a file of its own: orgdrift demo --db demo.db"));
    }
    if warehouse.run(None)?.is_none() {
        ingest(context, &warehouse)?;
    }
    let report = audit::audit(&warehouse, &AuditOptions::default(), &context.clock)?;
    let of_run = [Filter { condition: "e.run_id = ?", value: Value::Integer(report.run.run_id) }];

    let file = context.db().with_file_name(TRIAGE_FILE);
    let rows = warehouse.rows(EXCEPTIONS.select, &of_run, EXCEPTIONS.order_by, None)?;
    let style = CsvStyle { is_file: true, is_raw: false };
    output::write_atomically(&file, |out| output::write_rows(rows, Format::Csv(style), out))?;

    let rows = warehouse.rows(TABLE.select, &of_run, TABLE.order_by, None)?;
    context.print_rows(rows, FormatName::Table)?;
    let prepared: i64 = report.drift().map(|code| code.prepared).sum();
    let blocked: i64 = report.drift().map(|code| code.blocked).sum();
    context.talk("");
    context
        .talk(format!("{} open issues, {prepared} repairs prepared, {blocked} blocked", report.open_count()));
    context.talk(format!("the warehouse:   {}", context.db().display()));
    context.talk(format!("the triage file: {}", file.display()));
    context.talk("");
    context.talk("try: orgdrift list issues");
    context.talk("     orgdrift explain org_duplicate_external_id");
    context.talk(format!("     sqlite3 {} \"select * from latest_issues\"", context.db().display()));
    context.next("list issues");
    Ok(exit::DONE)
}

/// Whether the warehouse holds something else: a reading that is not of the demo's account.
fn has_other_data(warehouse: &Warehouse) -> Result<bool, CliError> {
    let rows = warehouse
        .rows(
            "select count(*) as all_of_them,
               coalesce(sum(source = 'zendesk' and source_identity = 'acme-demo/20481973'), 0) as zendesk_of_demo,
               coalesce(sum(source = 'salesforce' and taken_at = '2026-11-02T05:30:00Z'), 0) as salesforce_of_demo
             from snapshots",
            &[],
            "",
            None,
        )?
        .collect()?;
    Ok(match &rows[..] {
        [row] => match &row[..] {
            [Value::Integer(all), Value::Integer(zendesk), Value::Integer(salesforce)] => {
                *all != zendesk + salesforce
            }
            _ => true,
        },
        _ => true,
    })
}

/// The way that real files go: written to a folder, then ingested from there.
fn ingest(context: &Context, warehouse: &Warehouse) -> Result<(), CliError> {
    let folder = tempfile::tempdir()?;
    let accounts = folder.path().join("accounts.csv");
    write_files(folder.path())?;
    let options = SalesforceOptions {
        origin: GivenOrigin { taken_at: Some(ACCOUNTS_TAKEN_AT.to_owned()), subdomain: None },
        ..SalesforceOptions::default()
    };
    salesforce::ingest_file(warehouse, &accounts, &options, &context.clock)?;
    zendesk::ingest_folder(
        warehouse,
        &folder.path().join("zendesk"),
        &ZendeskOptions::default(),
        &context.clock,
    )?;
    Ok(())
}

fn write_files(folder: &Path) -> io::Result<()> {
    for (name, text) in files::DEMO {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}
