//! `orgdrift ingest salesforce FILE`, `orgdrift ingest zendesk [--from DIR]`

mod live;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use self::live::Ended;
use super::{CliError, context::Context, exit, live::LiveArgs};
use crate::{
    clock,
    ingest::{
        Allowance, GivenOrigin, IngestReport,
        salesforce::{self, SalesforceOptions},
        zendesk::{self, ZendeskOptions},
    },
    model::{Outcome, Reading, Source},
    output::counted,
    salesforce::ReadOptions,
    warehouse::Warehouse,
};

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
    /// The columns are found by their usual names; name them where they are called otherwise.
    Salesforce(SalesforceArgs),
    /// Read organizations, users, memberships and tickets of the live account, or from a folder
    ///
    /// A live account is fetched into a folder beside the warehouse first. A fetch that stops can be resumed;
    /// the warehouse is neither touched nor locked meanwhile.
    Zendesk(ZendeskArgs),
}

#[derive(Debug, Args)]
struct SalesforceArgs {
    /// The CSV, also compressed with gzip; - is standard input
    file: PathBuf,
    /// Column with the account id
    #[arg(long, value_name = "NAME")]
    id_col: Option<String>,
    /// Column with the account name
    #[arg(long, value_name = "NAME")]
    name_col: Option<String>,
    /// Column with domains; may be given several times
    #[arg(long, value_name = "NAME")]
    domain_col: Vec<String>,
    /// Column with the stored Zendesk organization id
    #[arg(long, value_name = "NAME")]
    org_id_col: Option<String>,
    /// Column with the owner
    #[arg(long, value_name = "NAME")]
    owner_col: Option<String>,
    /// Column with the parent account's id
    #[arg(long, value_name = "NAME")]
    parent_col: Option<String>,
    /// Further column to keep for queries; may be given several times
    #[arg(long, value_name = "NAME")]
    keep_col: Vec<String>,
    /// The delimiter, a character or `tab`; found by itself among comma, semicolon and tab
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// The encoding, such as windows-1252; UTF-8 and UTF-16 are recognized
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Take account ids although none of them has both upper and lower case
    #[arg(long)]
    accept_folded: bool,
    /// How many rows may be rejected, as a number or a share
    #[arg(long, value_name = "N|N%", default_value = "10%")]
    max_rejections: Allowance,
    #[command(flatten)]
    shrink: ShrinkArgs,
    /// When the file was exported; the time of the ingest otherwise
    #[arg(long, value_name = "TIME")]
    taken_at: Option<String>,
}

#[derive(Debug, Args)]
struct ZendeskArgs {
    /// A folder with organizations, users, `organization_memberships` and tickets as .ndjson or .json, also .gz
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Read only tickets created from then on
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Keep the subjects of tickets
    #[arg(long)]
    with_subjects: bool,
    #[command(flatten)]
    shrink: ShrinkArgs,
    /// When the records were read, where the folder's manifest does not say
    #[arg(long, value_name = "TIME", requires = "from")]
    taken_at: Option<String>,
    /// The Zendesk subdomain, where the folder's manifest does not say
    #[arg(long, value_name = "NAME", value_parser = crate::zendesk::subdomain, requires = "from")]
    subdomain: Option<String>,
    #[command(flatten)]
    live: LiveArgs,
    /// Keep the folder of a live reading after it was ingested
    #[arg(long, conflicts_with = "from")]
    keep: bool,
}

#[derive(Debug, Args)]
struct ShrinkArgs {
    /// How much smaller than the last complete reading it may be
    #[arg(long, value_name = "N|N%", default_value = "10%")]
    max_shrink: Allowance,
    /// Take a much smaller reading as complete
    #[arg(long)]
    accept_shrink: bool,
}

pub(super) fn run(context: &Context, arguments: IngestArgs) -> Result<u8, CliError> {
    let (report, next) = match arguments.source {
        IngestSource::Salesforce(arguments) => (run_salesforce(context, arguments)?, None),
        IngestSource::Zendesk(arguments) => match run_zendesk(context, &arguments)? {
            Ended::Ingested(report, next) => (*report, next),
            Ended::Early(code) => return Ok(code),
        },
    };
    Ok(print(context, &report, next))
}

fn run_salesforce(context: &Context, arguments: SalesforceArgs) -> Result<IngestReport, CliError> {
    let usual = &context.config.salesforce;
    let options = SalesforceOptions {
        read: ReadOptions {
            id_col: arguments.id_col.or_else(|| usual.id_col.clone()),
            name_col: arguments.name_col.or_else(|| usual.name_col.clone()),
            domain_cols: or_else(arguments.domain_col, &usual.domain_col),
            org_id_col: arguments.org_id_col.or_else(|| usual.org_id_col.clone()),
            owner_col: arguments.owner_col.or_else(|| usual.owner_col.clone()),
            parent_col: arguments.parent_col.or_else(|| usual.parent_col.clone()),
            keep_cols: or_else(arguments.keep_col, &usual.keep_col),
            delimiter: arguments.delimiter,
            encoding: arguments.encoding.or_else(|| usual.encoding.clone()),
        },
        accept_folded: arguments.accept_folded,
        max_rejections: arguments.max_rejections,
        max_shrink: arguments.shrink.max_shrink,
        accept_shrink: arguments.shrink.accept_shrink,
        origin: GivenOrigin {
            taken_at: normalize("--taken-at", arguments.taken_at.as_deref())?,
            subdomain: None,
        },
    };
    context.with_created(|warehouse| {
        Ok(salesforce::ingest_file(warehouse, &arguments.file, &options, &context.clock)?)
    })
}

fn run_zendesk(context: &Context, arguments: &ZendeskArgs) -> Result<Ended, CliError> {
    let since = normalize("--since", arguments.since.as_deref())?;
    let Some(from) = &arguments.from else { return live::run(context, arguments, since) };
    if let Some(option) = arguments.live.given() {
        return Err(CliError::usage(format!("{option} is about a live account, and --from names a folder")));
    }
    let options = ZendeskOptions {
        max_shrink: arguments.shrink.max_shrink,
        accept_shrink: arguments.shrink.accept_shrink,
        since,
        with_subjects: arguments.with_subjects,
        origin: GivenOrigin {
            taken_at: normalize("--taken-at", arguments.taken_at.as_deref())?,
            subdomain: arguments.subdomain.clone(),
        },
    };
    let report = context
        .with_created(|warehouse| Ok(zendesk::ingest_folder(warehouse, from, &options, &context.clock)?))?;
    Ok(Ended::Ingested(Box::new(report), None))
}

/// Prints what was ingested; `next` is the command that completes it.
fn print(context: &Context, report: &IngestReport, next: Option<&str>) -> u8 {
    for note in &report.notes {
        context.talk(note);
    }
    for row in &report.collections {
        let reason = row.reason.as_deref().map_or_else(String::new, |reason| format!(" ({reason})"));
        let repeated = match row.repeated_count {
            0 => String::new(),
            count => format!(", {count} repeated"),
        };
        let changed = row.changed_count.map_or_else(String::new, |count| format!(", {count} changed"));
        let is_walk = row.reading == Reading::Walk;
        let empty = if is_walk && row.row_count == 0 && row.outcome == Outcome::Complete {
            ": the file has no record"
        } else {
            ""
        };
        context.talk(format!(
            "{}: {}{reason}, {}{changed}{repeated}{empty}",
            row.collection,
            row.outcome,
            counted(row.row_count, "row")
        ));
    }
    for (count, what, table) in [
        (report.rejection_count, "rejected row", "ingest_rejections"),
        (report.warning_count, "doubtful value", "ingest_warnings"),
    ] {
        if count > 0 {
            context.talk(format!(
                "{}, see {table} for snapshot {}",
                counted(count, what),
                report.snapshot.snapshot_id
            ));
        }
    }
    let snapshot = &report.snapshot;
    context.talk(format!(
        "snapshot {} of {} taken at {}",
        snapshot.snapshot_id, snapshot.source, snapshot.taken_at
    ));
    let other = match report.source() {
        Source::Salesforce => Source::Zendesk,
        Source::Zendesk => Source::Salesforce,
    };
    let has_other = Warehouse::open(context.db()).and_then(|warehouse| warehouse.has_snapshot(other));
    context.next(match (next, has_other, other) {
        (Some(next), _, _) => next,
        (None, Ok(false), Source::Zendesk) => "ingest zendesk --from DIR",
        (None, Ok(false), Source::Salesforce) => "ingest salesforce FILE",
        _ => "audit",
    });
    // A window that was asked for is no failure.
    let is_short =
        report.collections.iter().any(|row| !matches!(row.outcome, Outcome::Complete | Outcome::Bounded));
    if is_short { exit::INCOMPLETE } else { exit::DONE }
}

fn or_else(given: Vec<String>, usual: &[String]) -> Vec<String> {
    if given.is_empty() { usual.to_vec() } else { given }
}

fn normalize(option: &str, time: Option<&str>) -> Result<Option<String>, CliError> {
    time.map(clock::normalize).transpose().map_err(|error| CliError::usage(format!("{option}: {error}")))
}

fn delimiter(text: &str) -> Result<u8, &'static str> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        "\"" | "\r" | "\n" | "\0" => Err("a quote or a line end cannot be one"),
        text if text.len() == 1 => Ok(text.as_bytes()[0]),
        _ => Err("write one ASCII character, or tab"),
    }
}
