//! `orgdrift export NAME`

mod arguments;
mod datasette;
mod workbook;

pub(super) use arguments::ExportArgs;

use super::shared::{context::Context, error::CliError, exit, global::FormatName, runs, triage};
use crate::{
    output::Format,
    safe_file,
    warehouse::nouns::{EXCEPTIONS, ISSUES},
};
use arguments::ExportName;

pub(super) fn run(context: &Context, arguments: &ExportArgs) -> Result<u8, CliError> {
    if !matches!(arguments.name, ExportName::Datasette) {
        arguments.analyst.are_none()?;
        if arguments.dir.is_some() {
            return Err(
                CliError::usage("only `export datasette` takes a folder").hint("--output FILE names a file")
            );
        }
    }
    let noun = match arguments.name {
        ExportName::Datasette => return datasette::export(context, arguments),
        ExportName::Exceptions => &EXCEPTIONS,
        ExportName::Issues => &ISSUES,
        ExportName::Workbook => return workbook::export(context, arguments),
    };
    if arguments.redact || arguments.split_by.is_some() {
        return Err(CliError::usage("--redact and --split-by are of `export workbook`"));
    }
    // Now, and not after the rows were written.
    let coverage = match context.format(FormatName::Csv) {
        Format::Csv(_) => context.output().map(triage::coverage_file),
        _ => None,
    };
    if let Some(path) = &coverage {
        safe_file::check(path)?;
    }
    let warehouse = context.open()?;
    let narrowed = arguments.filters.for_noun(noun, &warehouse)?;
    let run = runs::find_run(&warehouse, arguments.filters.run.as_deref())?;
    let kept = match arguments.name {
        ExportName::Exceptions => warehouse.kept_columns(run.salesforce_snapshot_id)?,
        ExportName::Issues | ExportName::Workbook | ExportName::Datasette => Vec::new(),
    };
    let select = triage::with_kept(noun.select, &kept);
    let rows = warehouse.rows(&select, &narrowed.filters, noun.order_by, arguments.limit)?;
    if context.print_rows(rows, FormatName::Csv)?.count == 0 {
        narrowed.say_none(context, noun.name);
    }
    let gaps = runs::warn(context, &warehouse, &run)?;
    if let Some(path) = coverage
        && triage::write_coverage(&path, &run, &gaps)?
    {
        context.talk(format!("what the run does not know is written to {}", path.display()));
    }
    context.next("plan");
    Ok(if runs::is_accepted(&warehouse, &run, &gaps)? { exit::DONE } else { exit::INCOMPLETE })
}
