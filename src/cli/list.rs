//! `orgdrift list NOUN`

use clap::{Args, ValueEnum};

use super::{
    CliError, arguments::FormatName, audit::SeverityName, context::Context, exit, explain, plan, runs,
};
use crate::{
    clock,
    identity::{AccountId, plain_host},
    output::{Format, counted},
    warehouse::{
        Filter, Read, Value, Warehouse,
        nouns::{FilterName, NOT_OF_CLASS, Noun, OF_CLASS, ORPHAN_CLASS, ORPHANS},
    },
};

/// The rows that a person reads; a file takes all.
pub(super) const TERMINAL_LIMIT: u64 = 1000;

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// What to list
    #[arg(value_enum)]
    noun: NounName,
    #[command(flatten)]
    reading: ReadingArgs,
}

/// What of a noun is printed.
#[derive(Debug, Clone, Args)]
pub(super) struct ReadingArgs {
    #[command(flatten)]
    pub(super) filters: FilterArgs,
    /// The most rows to print
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Show organizations that no account points to among the findings of orgs
    #[arg(long)]
    include_orphans: bool,
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
    /// Repairs that were planned
    Plans,
    /// Codes and what they mean
    Rules,
}

/// The filters of `list`, `audit`, `diff` and `export`.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct FilterArgs {
    /// A run: its id, latest or previous
    #[arg(long, value_name = "RUN")]
    pub(super) run: Option<String>,
    /// An account, by its 15- or 18-character id
    #[arg(long, value_name = "ID")]
    pub(super) account: Option<String>,
    /// An organization, by its Zendesk id
    #[arg(long, value_name = "ID")]
    pub(super) org_id: Option<i64>,
    /// A domain
    #[arg(long, value_name = "DOMAIN")]
    pub(super) domain: Option<String>,
    /// A code, or a class of findings
    #[arg(long, value_name = "CODE")]
    pub(super) code: Option<String>,
    /// A severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) severity: Option<SeverityName>,
    /// A disposition
    #[arg(long, value_enum, value_name = "DISPOSITION")]
    pub(super) disposition: Option<DispositionName>,
    /// An account owner, by name
    #[arg(long, value_name = "NAME")]
    pub(super) owner: Option<String>,
    /// Only what was first seen, run or taken from then on
    #[arg(long, value_name = "DATE")]
    pub(super) since: Option<String>,
}

/// A disposition by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum DispositionName {
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

/// The conditions of a reading.
pub(super) struct Narrowed {
    /// For the warehouse.
    pub(super) filters: Vec<Filter>,
    /// As they may be said again: without names of people.
    said: String,
}

impl Narrowed {
    /// Says that nothing is there, or nothing of what was asked for.
    pub(super) fn say_none(&self, context: &Context, what: &str) {
        context.talk(match self.said.as_str() {
            "" => format!("no {what}"),
            said => format!("no {what} match{said}"),
        });
    }

    /// What was asked for, each with a space before it; empty: everything.
    pub(super) fn said(&self) -> &str {
        &self.said
    }
}

pub(super) fn run(context: &Context, arguments: &ListArgs) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let read = print(context, &warehouse, &name_of(&arguments.noun), &arguments.reading)?;
    if matches!(arguments.noun, NounName::Plans) {
        plan::warn_of_other_rules(context, &warehouse)?;
    }
    context.next(&match arguments.noun {
        NounName::Accounts => "export exceptions --output exceptions_by_account.csv".to_owned(),
        NounName::Runs | NounName::Snapshots => "audit".to_owned(),
        NounName::Plans if read.count == 0 => "plan".to_owned(),
        NounName::Plans => "plan show latest".to_owned(),
        _ => explain::first_of(&read),
    });
    Ok(exit::DONE)
}

/// Prints the rows of a noun, says what is not among them, and returns what was printed.
pub(super) fn print(
    context: &Context,
    warehouse: &Warehouse,
    name: &str,
    reading: &ReadingArgs,
) -> Result<Read, CliError> {
    let is_table = context.format(FormatName::Table) == Format::Table;
    let noun = Noun::find(name, is_table).expect("every noun of the command line is one of ours");
    check(name, reading)?;
    let mut narrowed = reading.filters.for_noun(noun, warehouse)?;
    let hidden = if name == "orgs" && reading.hides_orphans() {
        hide_orphans(warehouse, &mut narrowed.filters)?
    } else {
        0
    };
    let is_for_eyes = is_table && context.output().is_none();
    let limit = reading.limit.or(is_for_eyes.then_some(TERMINAL_LIMIT));
    let rows = warehouse.rows(noun.select, &narrowed.filters, noun.order_by, limit)?;
    let read = context.print_rows(rows, FormatName::Table)?;
    if read.count == 0 {
        narrowed.say_none(context, name);
    }
    if hidden > 0 {
        context.talk(format!(
            "{} hidden, of organizations that no account points to; --include-orphans shows all",
            counted(hidden, &format!("{ORPHAN_CLASS} finding"))
        ));
    }
    if noun.is_of_run() {
        runs::warn(context, warehouse, &runs::find_run(warehouse, reading.filters.run.as_deref())?)?;
    }
    if reading.limit.is_none() && is_for_eyes && read.count == TERMINAL_LIMIT {
        context.talk(format!(
            "only the first {} are shown; --limit shows more, --output FILE.csv writes all",
            read.count
        ));
    }
    Ok(read)
}

/// Refuses what makes no sense of a noun.
pub(super) fn check(name: &str, reading: &ReadingArgs) -> Result<(), CliError> {
    let noun = Noun::find(name, true).expect("every noun of the command line is one of ours");
    reading.filters.without_run(noun)?;
    if reading.include_orphans && name != "orgs" {
        return Err(CliError::usage(format!("--include-orphans is of orgs, not of {name}")));
    }
    Ok(())
}

/// Leaves out the organizations that no account points to, and returns how many that are.
fn hide_orphans(warehouse: &Warehouse, filters: &mut Vec<Filter>) -> Result<i64, CliError> {
    let of = |condition| Filter { condition, value: Value::Text(ORPHAN_CLASS.to_owned()) };
    let mut only: Vec<Filter> = filters.clone();
    only.push(of(OF_CLASS));
    filters.push(of(NOT_OF_CLASS));
    let rows = warehouse.rows(ORPHANS.select, &only, ORPHANS.order_by, None)?.collect()?;
    Ok(match rows.first().and_then(|row| row.first()) {
        Some(&Value::Integer(count)) => count,
        _ => 0,
    })
}

impl ReadingArgs {
    /// Whoever names the class wants to see it.
    fn hides_orphans(&self) -> bool {
        !self.include_orphans && self.filters.code.as_deref() != Some(ORPHAN_CLASS)
    }

    /// Whether anything narrows the reading or widens it.
    pub(super) fn is_given(&self) -> bool {
        let Self { filters, limit, include_orphans } = self;
        limit.is_some() || *include_orphans || filters.is_given()
    }
}

/// How a value is typed.
pub(super) fn name_of(value: &impl ValueEnum) -> String {
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
    pub(super) fn for_noun(&self, noun: &'static Noun, warehouse: &Warehouse) -> Result<Narrowed, CliError> {
        let mut wanted = Vec::new();
        if noun.is_of_run() || self.run.is_some() {
            let run = runs::find_run(warehouse, self.run.as_deref())?;
            wanted.push((FilterName::Run, Value::Integer(run.run_id)));
        }
        wanted.extend(self.without_run(noun)?);
        let mut narrowed = Narrowed { filters: Vec::new(), said: String::new() };
        for (name, value) in wanted {
            let condition = noun.condition(name).ok_or_else(|| {
                CliError::usage(format!("`list {}` does not take {}", noun.name, name.flag()))
            })?;
            // The newest run is what everybody means who names none.
            if name != FilterName::Run || self.run.is_some() {
                narrowed.said.push_str(&said(name, &value));
            }
            narrowed.filters.push(Filter { condition, value });
        }
        Ok(narrowed)
    }

    /// What was typed, as it is stored; the run is left to the warehouse.
    fn without_run(&self, noun: &'static Noun) -> Result<Vec<(FilterName, Value)>, CliError> {
        let mut wanted: Vec<(FilterName, Value)> = Vec::new();
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
        Ok(wanted)
    }

    fn is_given(&self) -> bool {
        let Self { run, account, org_id, domain, code, severity, disposition, owner, since } = self;
        [run, account, domain, code, owner, since].iter().any(|given| given.is_some())
            || org_id.is_some()
            || severity.is_some()
            || disposition.is_some()
    }
}

/// A filter as it was understood. The owner is a person, and talk ends up in logs.
fn said(name: FilterName, value: &Value) -> String {
    let flag = name.flag();
    match value {
        _ if name == FilterName::Owner => format!(" {flag} …"),
        Value::Text(text) => format!(" {flag} {text}"),
        Value::Integer(integer) => format!(" {flag} {integer}"),
        Value::Real(_) | Value::Null => format!(" {flag}"),
    }
}
