//! `orgdrift doctor`

mod account;
mod machine;
mod store;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::{CliError, context::Context, exit};
use crate::output::{Format, printable, table};

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// A file with the Zendesk credentials, readable by nobody else
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
}

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    /// Worth knowing; nothing fails for it today.
    Warning,
    /// A command will fail for it; with the exit code that it will have.
    Failure(u8),
}

impl Verdict {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure(_) => "failure",
        }
    }
}

/// What was looked at, what was found, what to do about it.
#[derive(Debug)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    found: String,
    hint: Option<String>,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, found: found.into(), hint: None }
    }

    fn warning(name: &'static str, found: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Warning, found: found.into(), hint: Some(hint.into()) }
    }

    /// What an error says, with the code that a command would end with.
    fn failure(name: &'static str, error: impl Into<CliError>) -> Self {
        let error = error.into();
        Self {
            name,
            verdict: Verdict::Failure(error.code()),
            found: error.message().to_owned(),
            hint: error.first_hint().map(ToOwned::to_owned),
        }
    }
}

pub(super) fn run(context: &Context, arguments: &DoctorArgs) -> Result<u8, CliError> {
    context.only_text_or_json("doctor")?;
    let mut checks = Vec::new();
    let is_live = account::check(context, arguments.credentials.as_deref(), &mut checks)?;
    machine::check(context, &mut checks);
    let has_warehouse = store::check(context, &mut checks);
    let has_fetch = store::check_fetch(context, &mut checks);
    let json = matches!(context.format(super::arguments::FormatName::Table), Format::Json);
    context.print(&if json { as_json(&checks) } else { as_text(&checks)? })?;

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
        (true, true, _) => "ingest zendesk",
        (true, false, false) => "demo",
        (true, false, true) => "ingest zendesk --from DIR",
    });
    Ok(match codes.as_slice() {
        [] => exit::DONE,
        codes if codes.contains(&exit::CREDENTIALS) => exit::CREDENTIALS,
        _ => exit::FAILURE,
    })
}

fn as_text(checks: &[Check]) -> Result<String, CliError> {
    let mut table = table::new(&["verdict", "check", "found"]);
    for check in checks {
        table.add_row([check.verdict.as_str(), check.name, &printable(&check.found)]);
        if let Some(hint) = &check.hint {
            table.add_row(["", "", &format!("-> {}", printable(hint))]);
        }
    }
    let mut text = Vec::new();
    table::write_table(&table, &mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
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
