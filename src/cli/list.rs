//! `orgdrift list NOUN`

use clap::{Args, ValueEnum};

use super::{CliError, arguments::FormatName, audit::SeverityName, context::Context, exit, explain, runs};
use crate::{
    clock,
    identity::{AccountId, plain_host},
    output::Format,
    warehouse::{
        Filter, Value, Warehouse,
        nouns::{FilterName, Noun},
    },
};

/// So many rows fit a person; a file takes all.
const TERMINAL_LIMIT: u64 = 1000;

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// What to list
    #[arg(value_enum)]
    noun: NounName,
    #[command(flatten)]
    filters: FilterArgs,
    /// At most so many rows
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

/// The nouns.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum NounName {
    /// Drift, fact by fact
    Issues,
    /// Accounts with issues, worst first
    Accounts,
    /// Findings about accounts and organizations, hygiene included
    Orgs,
    /// Findings about users, hygiene included
    Users,
    /// Findings about tickets
    Tickets,
    /// Audits
    Runs,
    /// Readings
    Snapshots,
    /// Codes and what they mean
    Rules,
}

/// The filters of `list` and `export`.
#[derive(Debug, Args)]
pub(super) struct FilterArgs {
    /// A run: its id, latest or previous
    #[arg(long, value_name = "RUN")]
    pub(super) run: Option<String>,
    /// An account, by its 15- or 18-character id
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// An organization, by its Zendesk id
    #[arg(long, value_name = "ID")]
    org_id: Option<i64>,
    /// A domain
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,
    /// A code, or a class of findings
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// A severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    severity: Option<SeverityName>,
    /// A disposition
    #[arg(long, value_enum, value_name = "DISPOSITION")]
    disposition: Option<DispositionName>,
    /// An account owner, by name
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only what was first seen, run or taken from then on
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
}

/// A disposition by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum DispositionName {
    /// A repair is planned
    Prepared,
    /// A person must decide
    Blocked,
    /// No repair exists
    Review,
    /// Only shown
    DetectOnly,
    /// Covered by a dated decision
    Suppressed,
}

pub(super) fn run(context: &Context, arguments: &ListArgs) -> Result<u8, CliError> {
    let is_table = context.format(FormatName::Table) == Format::Table;
    let name = name_of(&arguments.noun);
    let noun = Noun::find(&name, is_table).expect("every noun of the command line is one of ours");
    let warehouse = context.open()?;
    let filters = arguments.filters.for_noun(noun, &warehouse)?;
    let is_for_eyes = is_table && context.output().is_none();
    let limit = arguments.limit.or(is_for_eyes.then_some(TERMINAL_LIMIT));
    let rows = warehouse.rows(noun.select, &filters, noun.order_by, limit)?;
    let count = context.print_rows(rows, FormatName::Table)?;
    if count == 0 {
        context.talk(format!("no {name}"));
    }
    if noun.is_of_run() {
        runs::warn(context, &warehouse, &runs::find_run(&warehouse, arguments.filters.run.as_deref())?)?;
    }
    if arguments.limit.is_none() && is_for_eyes && count == TERMINAL_LIMIT {
        context.talk(format!(
            "only the first {count} are shown; --limit shows more, --output FILE.csv writes all"
        ));
    }
    context.next(match arguments.noun {
        NounName::Accounts => "export exceptions --output exceptions_by_account.csv",
        NounName::Runs | NounName::Snapshots => "audit",
        _ => "explain CODE",
    });
    Ok(exit::DONE)
}

fn name_of(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// The 18-character form of an account id that was typed.
pub(super) fn account_id(typed: &str) -> Result<String, CliError> {
    let parsed = AccountId::parse(typed).map_err(|problem| {
        CliError::usage(format!("--account is no account id ({})", problem.as_str()))
            .hint("an account id has 15 or 18 characters, such as 001ACME00400000YDA")
    })?;
    Ok(parsed.id.as_str().to_owned())
}

impl FilterArgs {
    /// The conditions for a noun. A filter that it does not have is an error: it would be silently ignored.
    pub(super) fn for_noun(
        &self,
        noun: &'static Noun,
        warehouse: &Warehouse,
    ) -> Result<Vec<Filter>, CliError> {
        let mut wanted: Vec<(FilterName, Value)> = Vec::new();
        if noun.is_of_run() || self.run.is_some() {
            let run = runs::find_run(warehouse, self.run.as_deref())?;
            wanted.push((FilterName::Run, Value::Integer(run.run_id)));
        }
        if let Some(account) = &self.account {
            wanted.push((FilterName::Account, Value::Text(account_id(account)?)));
        }
        if let Some(id) = self.org_id {
            wanted.push((FilterName::OrgId, Value::Integer(id)));
        }
        if let Some(domain) = &self.domain {
            let host = plain_host(domain).map_err(|problem| {
                CliError::usage(format!("--domain is no plain domain ({})", problem.as_str()))
                    .hint("write the domain alone, such as acme.com")
            })?;
            wanted.push((FilterName::Domain, Value::Text(host.into_owned())));
        }
        if let Some(code) = &self.code {
            wanted.push((FilterName::Code, Value::Text(explain::known(code, noun)?)));
        }
        if let Some(severity) = self.severity {
            wanted.push((FilterName::Severity, Value::Text(severity.severity().as_str().to_owned())));
        }
        if let Some(disposition) = &self.disposition {
            wanted.push((FilterName::Disposition, Value::Text(name_of(disposition))));
        }
        if let Some(owner) = &self.owner {
            wanted.push((FilterName::Owner, Value::Text(owner.clone())));
        }
        if let Some(since) = &self.since {
            wanted.push((
                FilterName::Since,
                Value::Text(
                    clock::normalize(since).map_err(|error| CliError::usage(format!("--since: {error}")))?,
                ),
            ));
        }
        wanted
            .into_iter()
            .map(|(name, value)| {
                noun.condition(name).map(|condition| Filter { condition, value }).ok_or_else(|| {
                    CliError::usage(format!("«list {}» does not take {}", noun.name, name.flag()))
                })
            })
            .collect()
    }
}
