//! `orgdrift doctor`

mod account;
mod check;
mod machine;
mod store;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use self::check::{Check, Verdict};
use super::shared::{context::Context, error::CliError, exit, printing::FormatName};
use crate::{
    output::{Format, Screen, printable, table},
    warehouse::Warehouse,
};

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// A file with the Zendesk credentials, which only you may read
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Remove tables and indexes that orgdrift did not make from the warehouse, and name them
    #[arg(long)]
    remove_foreign: bool,
}

pub(super) fn run(context: &Context, arguments: &DoctorArgs) -> Result<u8, CliError> {
    context.only_text_or_json("doctor")?;
    if arguments.remove_foreign {
        return remove_foreign(context);
    }
    let mut checks = Vec::new();
    let is_live = account::check(context, arguments.credentials.as_deref(), &mut checks)?;
    machine::check(context, &mut checks);
    let has_warehouse = store::check(context, &mut checks);
    let has_fetch = store::check_fetch(context, &mut checks);
    let json = matches!(context.format(FormatName::Table), Format::Json);
    context.print(&if json { as_json(&checks) } else { as_text(&checks, context.screen()) })?;

    let codes: Vec<u8> = checks
        .iter()
        .filter_map(|check| match check.verdict {
            Verdict::Failure(code) => Some(code),
            Verdict::Ok | Verdict::Warning => None,
        })
        .collect();
    context.next(match (codes.is_empty(), is_live, has_warehouse) {
        (false, ..) => "doctor",
        (true, true, _) if has_fetch => "ingest zendesk --resume",
        (true, _, false) => "ingest salesforce FILE",
        (true, true, true) => "ingest zendesk",
        (true, false, true) => "ingest zendesk --from DIR",
    });
    Ok(match codes.as_slice() {
        [] => exit::DONE,
        codes if codes.contains(&exit::CREDENTIALS) => exit::CREDENTIALS,
        _ => exit::FAILURE,
    })
}

fn remove_foreign(context: &Context) -> Result<u8, CliError> {
    let removed = Warehouse::remove_added(context.db())?;
    if context.wants_json() {
        context.print(&format!("{:#}\n", json!({ "removed": removed })))?;
    } else if removed.is_empty() {
        context.print("nothing to remove: orgdrift made all that is there\n")?;
    } else {
        context.print(&format!("removed: {}\n", printable(&removed.join(", "))))?;
    }
    context.next("doctor");
    Ok(exit::DONE)
}

fn as_text(checks: &[Check], screen: Screen) -> String {
    let mut table = table::new(&["verdict", "check", "found"]);
    for check in checks {
        table.add_row([check.verdict.as_str(), check.name, &printable(&check.found)]);
        if let Some(hint) = &check.hint {
            table.add_row(["", "", &format!("-> {}", printable(hint))]);
        }
    }
    table.shown(screen).text
}

fn as_json(checks: &[Check]) -> String {
    let rows: Vec<Value> = checks
        .iter()
        .map(|check| {
            json!({
                "check": check.name,
                "verdict": check.verdict.as_str(),
                "found": check.found,
                "hint": check.hint,
            })
        })
        .collect();
    format!("{:#}\n", Value::Array(rows))
}
