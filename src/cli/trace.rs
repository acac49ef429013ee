//! `orgdrift trace NOUN KEY`

mod details;
mod page;
mod text;

use clap::Args;

use super::shared::{context::Context, error::CliError, exit, runs};
use crate::trace::{self, KeyError, TraceError};
use crate::warehouse::trace::Kind;

/// Arguments of `trace`.
///
/// Noun and key are checked here and not by the parser: its errors repeat what was typed, which may be the
/// address of a customer.
#[derive(Debug, Args)]
#[command(override_usage = "orgdrift trace [OPTIONS] <user|ticket|org|account> <KEY>")]
pub struct TraceArgs {
    /// user, ticket, org or account; then its key: an e-mail address or an id
    #[arg(value_name = "NOUN KEY", num_args = 0..)]
    words: Vec<String>,
    /// A run: its id, latest or previous
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
}

pub(super) fn run(context: &Context, arguments: &TraceArgs) -> Result<u8, CliError> {
    context.only_text_or_json("trace")?;
    let (kind, key) = subject(&arguments.words)?;
    let warehouse = context.open()?;
    let run = runs::find_run(&warehouse, arguments.run.as_deref())?;
    let trace = trace::trace(&warehouse, run.clone(), kind, key)
        .map_err(|error| with_hints(error, kind, arguments.run.as_deref(), &context.db_option()))?;
    if context.wants_json() {
        let json = serde_json::to_string_pretty(&trace).map_err(std::io::Error::from)?;
        context.print(&format!("{json}\n"))?;
    } else {
        context.print(&text::of(&trace)?)?;
    }
    runs::warn(context, &warehouse, &run)?;
    match &trace.likely_fix {
        Some(fix) => context.next(&format!("explain {}", fix.code)),
        None => context.next("list accounts"),
    }
    Ok(exit::DONE)
}

/// What is to be traced.
fn subject(words: &[String]) -> Result<(Kind, &str), CliError> {
    let usage = |text: &str| {
        CliError::usage(text)
            .hint("orgdrift trace user|ticket|org|account KEY, such as `orgdrift trace org 123`")
    };
    let kind = match words.first().map(String::as_str) {
        Some("user") => Kind::User,
        Some("ticket") => Kind::Ticket,
        Some("org") => Kind::Organization,
        Some("account") => Kind::Account,
        _ => return Err(usage("trace takes user, ticket, org or account first")),
    };
    match words {
        [_, key] => Ok((kind, key)),
        _ => Err(usage("trace takes one key")),
    }
}

fn with_hints(error: TraceError, kind: Kind, run: Option<&str>, db_option: &str) -> CliError {
    let noun = match kind {
        Kind::Account => "account",
        Kind::Organization => "org",
        Kind::User => "user",
        Kind::Ticket => "ticket",
    };
    let message = error.to_string();
    let error = match error {
        TraceError::Warehouse(error) => return error.into(),
        TraceError::NoSnapshot(_) => return CliError::failure(message),
        TraceError::Key(error) => error,
    };
    let run = run.map(|run| format!(" --run {run}")).unwrap_or_default();
    let typed = |id: &str| format!("`orgdrift trace {noun} {id}{run}{db_option}`");
    let near = |ids: &[String]| {
        format!("did you mean {}?", ids.iter().map(|id| typed(id)).collect::<Vec<_>>().join(" or "))
    };
    match error {
        KeyError::Malformed { near: ids, .. } if ids.is_empty() => {
            CliError::usage(message).hint(format!("type `orgdrift trace {noun} KEY` with such a key"))
        }
        KeyError::Malformed { near: ids, .. } => CliError::usage(message).hint(near(&ids)),
        KeyError::Several { ids, .. } => {
            CliError::usage(message).hint(format!("choose one by its id, such as {}", typed(&ids[0])))
        }
        KeyError::Unknown { near: ids, .. } | KeyError::UnknownAddress { same_domain: ids }
            if ids.is_empty() =>
        {
            CliError::failure(message).hint("`orgdrift list snapshots` shows what was read")
        }
        // A place to look, not a guess.
        KeyError::UnknownAddress { same_domain: ids } => CliError::failure(message).hint(format!(
            "users of the same e-mail domain: {}; such as {}",
            ids.join(", "),
            typed(&ids[0])
        )),
        KeyError::Unknown { near: ids, .. } => CliError::failure(message).hint(near(&ids)),
        KeyError::Unread { .. } => CliError::failure(message)
            .hint("correct the row of the account in the file, then ingest and audit again"),
    }
}
