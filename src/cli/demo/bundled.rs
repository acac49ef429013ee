//! `orgdrift demo`: the bundled data, ingested, audited and planned.

use std::{fs, io, path::Path};

use crate::{
    audit::{self, AuditOptions},
    catalog::files,
    cli::shared::{context::Context, error::CliError, exit, printing::FormatName, shell::quoted},
    ingest::{
        GivenOrigin,
        salesforce::{self, SalesforceOptions},
        zendesk::{self, ZendeskOptions},
    },
    output::{self, CsvStyle, Format, counted},
    plan::{self, PlanOptions, document},
    report::{self, ReportOptions},
    safe_file::{self, Readers},
    warehouse::{
        Filter, Value, Warehouse,
        nouns::{DEMO, EXCEPTIONS, FilterName},
    },
    workbook::{self, WorkbookOptions},
};

/// When the account file of the demo was exported: half an hour before its Zendesk records were read.
const ACCOUNTS_TAKEN_AT: &str = "2026-11-02T05:30:00Z";

/// The triage file, beside the warehouse.
pub(super) const TRIAGE_FILE: &str = "exceptions_by_account.csv";

/// The workbook, beside the warehouse.
pub(super) const WORKBOOK_FILE: &str = "drift_workbook.xlsx";

/// The report, beside the warehouse.
pub(super) const REPORT_FILE: &str = "drift_report.html";

/// The plan, beside the warehouse.
pub(super) const PLAN_FILE: &str = "fix_plan.json";

/// Ingests the bundled data, audits them and makes a plan.
pub(super) fn show(context: &Context) -> Result<u8, CliError> {
    let [file, workbook_file, report_file, plan_file] =
        [TRIAGE_FILE, WORKBOOK_FILE, REPORT_FILE, PLAN_FILE].map(|name| context.db().with_file_name(name));
    if !context.db().exists()
        && let Some(file) =
            [&file, &workbook_file, &report_file, &plan_file].into_iter().find(|file| file.exists())
    {
        return Err(CliError::refused(format!("{} is there already, and may be somebody's", file.display()))
            .hint("run the demo in an empty folder, or move the file away"));
    }
    for file in [&file, &workbook_file, &report_file, &plan_file] {
        safe_file::check(file)?;
    }
    let warehouse = context.create()?;
    if warehouse.has_others_than_demo(ACCOUNTS_TAKEN_AT)? {
        return Err(CliError::refused(format!(
            "{} holds data that are not the demo's",
            context.db().display()
        ))
        .hint("name a file of its own: orgdrift demo --db demo.db"));
    }
    if warehouse.run(None)?.is_none() {
        ingest(context, &warehouse)?;
    }
    let audited = audit::audit(&warehouse, &AuditOptions::default(), &context.clock)?;
    let run = Value::Integer(audited.run.run_id);
    let of_run: Vec<Filter> = DEMO
        .condition(FilterName::Run)
        .map(|condition| Filter { condition, value: run })
        .into_iter()
        .collect();

    let rows = warehouse.rows(EXCEPTIONS.select, &of_run, EXCEPTIONS.order_by, None)?;
    let style = CsvStyle { is_file: true, is_raw: false };
    safe_file::write(&file, Readers::Owner, |out| output::write_rows(rows, Format::Csv(style), out))?;

    let made = plan::create(&warehouse, Some(&audited.run), &PlanOptions::default(), &context.clock)?;
    plan::predict(&warehouse, &made, &context.clock)?;
    let takers = warehouse.risk_takers(made.plan.plan_id)?;
    let text = document::file_text(&made.plan.canonical, &made.plan.plan_hash, &takers);
    safe_file::write_text(&plan_file, Readers::Owner, &text)?;
    // The plan is on one of its sheets.
    workbook::write(&warehouse, &audited.run, &WorkbookOptions::default(), &context.clock, &workbook_file)?;
    let options = ReportOptions { with_people: false, gaps: &[] };
    let page = report::html(&warehouse, &audited.run, &options, &context.clock)?;
    safe_file::write_text(&report_file, Readers::Owner, &page)?;

    let rows = warehouse.rows(DEMO.select, &of_run, DEMO.order_by, None)?;
    context.print_rows(rows, FormatName::Table)?;
    let prepared: i64 = audited.drift().map(|code| code.prepared).sum();
    let blocked: i64 = audited.drift().map(|code| code.blocked).sum();
    context.talk("");
    context.talk(format!(
        "{}, {} prepared, {blocked} blocked",
        counted(audited.open_count(), "open issue"),
        counted(prepared, "repair")
    ));
    context.talk(format!("the warehouse:   {}", context.db().display()));
    context.talk(format!("the triage file: {}", file.display()));
    context.talk(format!("the workbook:    {}", workbook_file.display()));
    context.talk(format!("the report:      {}", report_file.display()));
    context.talk(format!("the plan:        {}", plan_file.display()));
    context.talk("");
    context.talk(format!("try: orgdrift list issues{}", context.db_option()));
    context.talk("     orgdrift explain org_duplicate_external_id");
    context.talk(format!("     sqlite3 {} \"select * from latest_issues\"", quoted(context.db())));
    context.next(&format!("plan show {}", made.plan.plan_id));
    Ok(exit::DONE)
}

/// As real files are: written to a folder, then ingested from there.
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
