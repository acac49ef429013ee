//! `orgdrift export NAME`

mod arguments;
mod datasette;
mod workbook;

pub(super) use arguments::ExportArgs;

use super::shared::{
    context::Context, error::CliError, exit, filters::FilterArgs, printing::FormatName, runs, triage,
};
use crate::{
    output::Format,
    safe_file,
    warehouse::nouns::{EXCEPTIONS, ISSUES, Noun},
};
use arguments::{Export, RowsArgs};

pub(super) fn run(context: &Context, arguments: &ExportArgs) -> Result<u8, CliError> {
    match &arguments.what {
        Export::Exceptions(arguments) => rows(context, arguments, &EXCEPTIONS),
        Export::Issues(arguments) => rows(context, arguments, &ISSUES),
        Export::Workbook(arguments) => workbook::export(context, arguments),
        Export::Datasette(arguments) => datasette::export(context, arguments),
    }
}

fn rows(context: &Context, arguments: &RowsArgs, noun: &'static Noun) -> Result<u8, CliError> {
    // Now, and not after the rows were written.
    let coverage = match context.format(FormatName::Csv) {
        Format::Csv(_) => context.output().map(triage::coverage_file),
        _ => None,
    };
    if let Some(path) = &coverage {
        safe_file::check(path)?;
    }
    let warehouse = context.open()?;
    let filters = FilterArgs::from(arguments.filters.clone());
    let narrowed = filters.for_noun(noun, &warehouse)?;
    let run = runs::find_run(&warehouse, filters.run.as_deref())?;
    let has_kept = noun.name == EXCEPTIONS.name;
    let kept = if has_kept { warehouse.kept_columns(run.salesforce_snapshot_id)? } else { Vec::new() };
    let select = triage::with_kept(noun.select, &kept);
    let rows = warehouse.rows(&select, &narrowed.filters, noun.order_by, arguments.limit)?;
    if context.print_rows(rows, FormatName::Csv)?.count == 0 {
        narrowed.say_none(context, &warehouse, noun.name)?;
    }
    let gaps = runs::warn(context, &warehouse, &run)?;
    if let Some(path) = coverage
        && triage::write_coverage(&path, &run, &gaps)?
    {
        context.talk(format!("what is missing from the run is written to {}", path.display()));
    }
    context.next("plan");
    Ok(if runs::is_accepted(&warehouse, &run, &gaps)? { exit::DONE } else { exit::INCOMPLETE })
}
