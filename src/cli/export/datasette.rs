//! `orgdrift export datasette DIR`

use super::arguments::DatasetteArgs;
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

pub(super) fn export(context: &Context, arguments: &DatasetteArgs) -> Result<u8, CliError> {
    let folder = arguments.folder.as_path();
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
