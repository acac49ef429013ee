//! `orgdrift init`

use std::path::Path;

use super::shared::{
    config::{self, Config},
    context::Context,
    error::CliError,
    exit,
};
use crate::warehouse::SCHEMA_VERSION;

pub(super) fn run(context: &Context) -> Result<u8, CliError> {
    let warehouse = context.create()?;
    context.talk(format!("{} is ready (schema {SCHEMA_VERSION})", warehouse.path().display()));
    // Commands look for it in the folder where they are run.
    if Config::write_template(Path::new("."))? {
        context.talk(format!("{} lists every setting, with an explanation", config::FILE));
    }
    context.next("ingest salesforce accounts.csv");
    Ok(exit::DONE)
}
