//! `orgdrift find TEXT`

use clap::Args;

use super::shared::{context::Context, error::CliError, exit, printing::FormatName, seek};
use crate::{output::Format, warehouse::Value};

/// Arguments of `find`.
///
/// The text is taken here and not by the parser: its errors repeat what was typed.
#[derive(Debug, Args)]
#[command(override_usage = "orgdrift find [OPTIONS] <TEXT>")]
pub struct FindArgs {
    /// An id, a name or a part of one, a domain, an e-mail address, or the URL of a page in Zendesk or Salesforce
    #[arg(value_name = "TEXT", num_args = 0..)]
    words: Vec<String>,
    /// Print at most this many records [default: 50]
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

/// The records that a person reads.
const LIMIT: u64 = 50;

pub(super) fn run(context: &Context, arguments: &FindArgs) -> Result<u8, CliError> {
    let text = arguments.words.join(" ");
    let sought = seek::understood(&text)?;
    let warehouse = context.open()?;
    let limit = arguments.limit.unwrap_or(LIMIT);
    let is_table = context.format(FormatName::Table) == Format::Table;
    // Columns without a row under them would say nothing.
    if is_table && warehouse.sought(&sought, Some(1))?.collect()?.is_empty() {
        return Err(seek::nothing(&warehouse, &text)?);
    }
    let read = context.print_rows(warehouse.sought(&sought, Some(limit))?, FormatName::Table)?;
    if read.count == 0 {
        return Err(seek::nothing(&warehouse, &text)?);
    }
    if read.count == limit {
        context.talk(format!("only the first {limit} records are shown; --limit shows more"));
    }
    if let (Some(Value::Text(kind)), Some(Value::Text(id))) = (read.first("kind"), read.first("id")) {
        context.next(&format!("trace {kind} {id}"));
    }
    Ok(exit::DONE)
}
