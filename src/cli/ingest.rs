//! `orgdrift ingest salesforce FILE`, `orgdrift ingest zendesk [--from DIR]`

use clap::{Args, Subcommand};

use super::shared::{
    context::Context,
    error::CliError,
    exit,
    intake::{
        self, Ended,
        arguments::{SalesforceArgs, ZendeskArgs},
    },
};
use crate::{ingest::IngestReport, model::Source, warehouse::Warehouse};

/// Arguments of `ingest`.
#[derive(Debug, Args)]
pub struct IngestArgs {
    #[command(subcommand)]
    source: IngestSource,
}

#[derive(Debug, Subcommand)]
enum IngestSource {
    /// Read accounts from a CSV file
    ///
    /// Columns are recognized by their usual names. If yours are called differently, name them with the options.
    Salesforce(SalesforceArgs),
    /// Read organizations, users, memberships and tickets of the live account, or from a folder
    ///
    /// A live account is first fetched into a folder beside the warehouse. A fetch that stops can be resumed. The
    /// warehouse is not locked in the meantime.
    Zendesk(ZendeskArgs),
}

pub(super) fn run(context: &Context, arguments: IngestArgs) -> Result<u8, CliError> {
    let (report, next) = match arguments.source {
        IngestSource::Salesforce(arguments) => (intake::salesforce(context, arguments)?, None),
        IngestSource::Zendesk(arguments) => match intake::zendesk(context, &arguments)? {
            Ended::Ingested(report, next) => (*report, next),
            Ended::Early(code) => return Ok(code),
        },
    };
    Ok(print(context, &report, next))
}

/// Prints what was ingested; `next` is the command that completes it.
fn print(context: &Context, report: &IngestReport, next: Option<&str>) -> u8 {
    intake::tell(context, report);
    let other = match report.source() {
        Source::Salesforce => Source::Zendesk,
        Source::Zendesk => Source::Salesforce,
    };
    let has_other = Warehouse::open(context.db()).and_then(|warehouse| warehouse.has_snapshot(other));
    let is_live =
        context.variable("ZENDESK_SUBDOMAIN").is_some() || context.config.zendesk.subdomain.is_some();
    context.next(match (next, has_other, other) {
        (Some(next), _, _) => next,
        (None, Ok(false), Source::Zendesk) if is_live => "ingest zendesk",
        (None, Ok(false), Source::Zendesk) => "ingest zendesk --from DIR",
        (None, Ok(false), Source::Salesforce) => "ingest salesforce FILE",
        _ => "audit",
    });
    if intake::is_short(report) { exit::INCOMPLETE } else { exit::DONE }
}
