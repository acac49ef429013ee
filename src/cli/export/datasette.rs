//! `orgdrift export datasette DIR`

use super::arguments::ExportArgs;
use crate::{
    cli::shared::{
        context::Context,
        error::CliError,
        exit,
        handover::{check_target, say, written},
        runs,
        shell::quoted,
    },
    handover::datasette,
};

pub(super) fn export(context: &Context, arguments: &ExportArgs) -> Result<u8, CliError> {
    let example = "orgdrift export datasette DIR";
    let folder = arguments
        .dir
        .as_deref()
        .ok_or_else(|| CliError::usage("`export datasette` takes a folder").hint(example))?;
    if context.output().is_some() {
        return Err(CliError::usage("`export datasette` takes a folder, no --output").hint(example));
    }
    if arguments.filters.is_given() || arguments.limit.is_some() {
        return Err(CliError::usage("`export datasette` takes no filters: it holds all runs")
            .hint("filter in Datasette, or write rows: orgdrift export issues --code CODE"));
    }
    if arguments.redact || arguments.split_by.is_some() {
        return Err(CliError::usage("--redact and --split-by are of `export workbook`"));
    }
    let key = arguments.analyst.key()?;
    let warehouse = context.open()?;
    arguments.analyst.check(&warehouse)?;
    datasette::make_folder(folder)?;
    let file = folder.join(datasette::DATABASE);
    check_target(&file, context, true)?;
    if let Some(run) = warehouse.run(None)? {
        runs::warn(context, &warehouse, &run)?;
    }
    let handed = datasette::write_folder(&warehouse, &arguments.analyst.options(key.as_ref()), folder)?;
    say(context, &handed)?;
    context.talk(arguments.analyst.said());
    context.talk(written(&handed, &file));
    context.talk(format!("look at it: datasette {}", quoted(folder)));
    context.next("query --list");
    Ok(exit::DONE)
}
