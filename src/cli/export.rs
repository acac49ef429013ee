//! `orgdrift export NAME`

use clap::{Args, ValueEnum};

use super::shared::{context::Context, error::CliError, exit, filters::FilterArgs, global::FormatName, runs};
use crate::warehouse::nouns::{EXCEPTIONS, ISSUES};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What to export
    #[arg(value_enum)]
    name: ExportName,
    #[command(flatten)]
    filters: FilterArgs,
    /// The most rows to write
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ExportName {
    /// One row per account with issues: the triage file
    Exceptions,
    /// One row per issue
    Issues,
}

pub(super) fn run(context: &Context, arguments: &ExportArgs) -> Result<u8, CliError> {
    let noun = match arguments.name {
        ExportName::Exceptions => &EXCEPTIONS,
        ExportName::Issues => &ISSUES,
    };
    let warehouse = context.open()?;
    let narrowed = arguments.filters.for_noun(noun, &warehouse)?;
    let rows = warehouse.rows(noun.select, &narrowed.filters, noun.order_by, arguments.limit)?;
    if context.print_rows(rows, FormatName::Csv)?.count == 0 {
        narrowed.say_none(context, noun.name);
    }
    runs::warn(context, &warehouse, &runs::find_run(&warehouse, arguments.filters.run.as_deref())?)?;
    context.next("list issues");
    Ok(exit::DONE)
}
