//! `orgdrift init`

use super::{CliError, context::Context, exit};
use crate::warehouse::SCHEMA_VERSION;

pub(super) fn run(context: &Context) -> Result<u8, CliError> {
    let warehouse = context.create()?;
    context.talk(format!("{} is ready (schema {SCHEMA_VERSION})", warehouse.path().display()));
    context.next("ingest salesforce accounts.csv");
    Ok(exit::DONE)
}
