//! `orgdrift list NOUN`

use clap::{Args, Subcommand};

use super::shared::{
    causes, codes,
    context::Context,
    error::CliError,
    exit,
    filters::{FilterArgs, FindingArgs, RecordArgs, RunArg, SeverityName},
    plans,
    reading::{self, Reading},
    runs,
};
use crate::warehouse::{Read, Value};

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(subcommand)]
    noun: Noun,
}

/// The nouns.
#[derive(Debug, Clone, Subcommand)]
enum Noun {
    /// List issues: drift, fact by fact
    Issues(Findings),
    /// List accounts with issues, the worst first
    Accounts(Findings),
    /// List findings about accounts and organizations, hygiene included
    Orgs(Orgs),
    /// List findings about users, hygiene included
    Users(Findings),
    /// List findings about tickets
    Tickets(Findings),
    /// List the records that cause issues and findings, those with the most first
    Causes(Causes),
    /// List audits
    Runs(Runs),
    /// List what was read from Salesforce and Zendesk
    Snapshots(Snapshots),
    /// List plans
    Plans(Plans),
    /// List codes and what they mean
    Rules(Rules),
}

/// How many.
#[derive(Debug, Clone, Args)]
struct Limit {
    /// Print at most this many rows
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

#[derive(Debug, Clone, Args)]
struct Findings {
    #[command(flatten)]
    filters: FindingArgs,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Debug, Clone, Args)]
struct Orgs {
    #[command(flatten)]
    findings: Findings,
    /// Show findings about organizations that no account points to
    #[arg(long)]
    include_orphans: bool,
}

#[derive(Debug, Clone, Args)]
struct Causes {
    #[command(flatten)]
    run: RunArg,
    #[command(flatten)]
    records: RecordArgs,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Debug, Clone, Args)]
struct Runs {
    /// Only this run: its id, latest or previous
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Only audits made on this date or later, such as 2026-11-01
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Debug, Clone, Args)]
struct Snapshots {
    /// Only snapshots taken on this date or later, such as 2026-11-01
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Debug, Clone, Args)]
struct Plans {
    /// Only plans of this run: its id, latest or previous
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    #[command(flatten)]
    records: RecordArgs,
    /// Only plans made on this date or later, such as 2026-11-01
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Debug, Clone, Args)]
struct Rules {
    /// Only this code
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Only codes of this severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    severity: Option<SeverityName>,
    #[command(flatten)]
    limit: Limit,
}

impl Noun {
    /// As it is typed.
    fn name(&self) -> &'static str {
        match self {
            Self::Issues(_) => "issues",
            Self::Accounts(_) => "accounts",
            Self::Orgs(_) => "orgs",
            Self::Users(_) => "users",
            Self::Tickets(_) => "tickets",
            Self::Causes(_) => "causes",
            Self::Runs(_) => "runs",
            Self::Snapshots(_) => "snapshots",
            Self::Plans(_) => "plans",
            Self::Rules(_) => "rules",
        }
    }

    fn reading(&self) -> Reading {
        let (filters, Limit { limit }, include_orphans) = match self.clone() {
            Self::Issues(one) | Self::Accounts(one) | Self::Users(one) | Self::Tickets(one) => {
                (one.filters.into(), one.limit, false)
            }
            Self::Orgs(Orgs { findings, include_orphans }) => {
                (findings.filters.into(), findings.limit, include_orphans)
            }
            Self::Causes(Causes { run, records, limit }) => {
                (FilterArgs { run: run.run, ..records.into() }, limit, false)
            }
            Self::Runs(Runs { run, since, limit }) => {
                (FilterArgs { run, since, ..FilterArgs::default() }, limit, false)
            }
            Self::Snapshots(Snapshots { since, limit }) => {
                (FilterArgs { since, ..FilterArgs::default() }, limit, false)
            }
            Self::Plans(Plans { run, records, since, limit }) => {
                (FilterArgs { run, since, ..records.into() }, limit, false)
            }
            Self::Rules(Rules { code, severity, limit }) => {
                (FilterArgs { code, severity, ..FilterArgs::default() }, limit, false)
            }
        };
        Reading { filters, limit, include_orphans }
    }
}

pub(super) fn run(context: &Context, arguments: &ListArgs) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let reading = arguments.noun.reading();
    let read = reading::print(context, &warehouse, arguments.noun.name(), &reading)?;
    if matches!(arguments.noun, Noun::Plans(_)) {
        plans::warn_of_other_rules(context, &warehouse)?;
    }
    if matches!(arguments.noun, Noun::Causes(_)) && read.count > 0 && !reading.narrows() {
        let run = runs::find_run(&warehouse, reading.filters.run.as_deref())?;
        let most = usize::try_from(read.count).unwrap_or(usize::MAX);
        context.talk(format!("these {}", causes::behind(&warehouse.cause_share(run.run_id, most)?)));
    }
    context.next(&match arguments.noun {
        Noun::Accounts(_) => "export exceptions --output exceptions_by_account.csv".to_owned(),
        Noun::Causes(_) => cause(&read),
        Noun::Snapshots(_) => "audit".to_owned(),
        Noun::Runs(_) if read.count > 1 => "diff".to_owned(),
        Noun::Runs(_) => "list issues".to_owned(),
        _ if reading.filters.code.is_some() => "export workbook --output drift.xlsx".to_owned(),
        Noun::Plans(_) if read.count == 0 => "plan".to_owned(),
        Noun::Plans(_) => "plan show latest".to_owned(),
        _ => codes::first_of(&read),
    });
    Ok(exit::DONE)
}

/// The command that shows more of the first cause.
fn cause(read: &Read) -> String {
    let text = |column| match read.first(column) {
        Some(Value::Text(text)) => text.as_str(),
        _ => "",
    };
    match (text("cause_kind"), text("cause_id")) {
        ("organization", id) => format!("trace org {id}"),
        ("account", id) => format!("trace account {id}"),
        ("domain", domain) => format!("list issues --domain {domain}"),
        _ => "list issues".to_owned(),
    }
}
