//! `orgdrift trace NOUN KEY`

mod details;
mod page;
mod text;

use clap::Args;

use super::shared::{context::Context, error::CliError, exit, runs, seek};
use crate::near::near;
use crate::trace::{self, KeyError, TraceError};
use crate::warehouse::{Warehouse, trace::Kind};

/// Arguments of `trace`.
///
/// Noun and key are checked here and not by the parser: its errors repeat what was typed, which may be the
/// address of a customer.
#[derive(Debug, Args)]
#[command(override_usage = "orgdrift trace [OPTIONS] [user|ticket|org|account] <TEXT>")]
pub struct TraceArgs {
    /// An id, a name, a domain, an e-mail address or a URL, as `find` takes it; user, ticket, org or account before it
    /// says what it is
    #[arg(value_name = "TEXT", num_args = 0..)]
    words: Vec<String>,
    /// A run: its id, latest or previous
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
}

pub(super) fn run(context: &Context, arguments: &TraceArgs) -> Result<u8, CliError> {
    context.only_text_or_json("trace")?;
    let (kind, text) = subject(&arguments.words)?;
    let warehouse = context.open()?;
    let run = runs::find_run(&warehouse, arguments.run.as_deref())?;
    let (kind, key) = record(context, &warehouse, kind, &text)?;
    let key = key.as_str();
    let trace = trace::trace(&warehouse, run.clone(), kind, key)
        .map_err(|error| with_hints(error, kind, arguments.run.as_deref(), &context.db_option()))?;
    if context.wants_json() {
        let json = serde_json::to_string_pretty(&trace).map_err(std::io::Error::from)?;
        context.print(&format!("{json}\n"))?;
    } else {
        context.print(&text::of(&trace, context.screen()))?;
    }
    runs::warn(context, &warehouse, &run)?;
    match &trace.likely_fix {
        Some(fix) => context.next(&format!("explain {}", fix.code)),
        None => context.next("list accounts"),
    }
    Ok(exit::DONE)
}

/// What is to be traced: a kind, if one was named, and what a person has of the record.
fn subject(words: &[String]) -> Result<(Option<Kind>, String), CliError> {
    let usage = |text: &str| {
        CliError::usage(text)
            .hint("orgdrift trace [user|ticket|org|account] TEXT, such as `orgdrift trace org 123` or `orgdrift trace Acme Foods`")
    };
    match words {
        [] => Err(usage("name what to trace")),
        [noun] if Kind::of_noun(noun).is_some() => Err(usage("name what to trace after the kind of record")),
        [noun, key] if Kind::of_noun(noun).is_some() => Ok((Kind::of_noun(noun), key.clone())),
        [noun, rest @ ..] if Kind::of_noun(noun).is_some() && !rest.iter().any(|word| word.contains('@')) => {
            Ok((Kind::of_noun(noun), rest.join(" ")))
        }
        words if words.len() > 1 && words.iter().any(|word| word.contains('@')) => {
            Err(usage("trace takes one record"))
        }
        words => Ok((None, words.join(" "))),
    }
}

/// The record: a key of its kind as it is, anything else as `find` finds it.
fn record(
    context: &Context,
    warehouse: &Warehouse,
    kind: Option<Kind>,
    text: &str,
) -> Result<(Kind, String), CliError> {
    let is_key = match kind {
        Some(Kind::Account) => {
            matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
        Some(Kind::User) if text.contains('@') && !text.contains("://") => true,
        Some(_) => text.bytes().all(|byte| byte.is_ascii_digit()),
        None => false,
    };
    if let Some(kind) = kind.filter(|_| is_key) {
        return Ok((kind, text.to_owned()));
    }
    match (seek::one(context, warehouse, kind, text)?, kind) {
        (Some(found), _) => Ok(found),
        // Says what a key of that kind looks like.
        (None, Some(kind)) => Ok((kind, text.to_owned())),
        (None, None) => Err(match near_noun(text) {
            Some(noun) => CliError::usage("the kind of record is user, ticket, org or account")
                .hint(format!("did you mean `orgdrift trace {noun} …`?")),
            None => seek::nothing(warehouse, text)?,
        }),
    }
}

/// The kind that the first of several words may have been meant for.
fn near_noun(text: &str) -> Option<&'static str> {
    let (first, _) = text.split_once(' ')?;
    near(first, ["user", "ticket", "org", "account"]).first().copied()
}

fn with_hints(error: TraceError, kind: Kind, run: Option<&str>, db_option: &str) -> CliError {
    let noun = kind.noun();
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
        KeyError::Malformed { near: ids, .. } if ids.is_empty() => CliError::usage(message)
            .hint("`orgdrift find TEXT` searches by a part of the name, a domain, an address or a URL"),
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
