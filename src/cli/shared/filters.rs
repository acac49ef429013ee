//! The filters of `list`, `audit`, `diff` and `export`, and what was typed as the warehouse knows it.

use clap::{Args, ValueEnum};

use super::{codes, context::Context, error::CliError, runs};
use crate::{
    clock,
    identity::{AccountId, plain_host},
    model::Severity,
    warehouse::{
        Filter, Value, Warehouse,
        nouns::{FilterName, Noun},
    },
};

/// The filters of `list`, `audit`, `diff` and `export`.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FilterArgs {
    /// A run: its id, latest or previous
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// An account, by its 15- or 18-character id
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// An organization, by its Zendesk id
    #[arg(long, value_name = "ID")]
    pub(crate) org_id: Option<i64>,
    /// A domain
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) domain: Option<String>,
    /// A code, or a class of findings
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// A severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) severity: Option<SeverityName>,
    /// A disposition
    #[arg(long, value_enum, value_name = "DISPOSITION")]
    pub(crate) disposition: Option<DispositionName>,
    /// An account owner, by name
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// Only what was first seen, run or taken from then on
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
}

/// A disposition by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum DispositionName {
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
pub(crate) struct Narrowed {
    /// For the warehouse.
    pub(crate) filters: Vec<Filter>,
    /// As they may be said again: without names of people.
    said: String,
}

impl Narrowed {
    /// Says that nothing is there, or nothing of what was asked for.
    pub(crate) fn say_none(&self, context: &Context, what: &str) {
        context.talk(match self.said.as_str() {
            "" => format!("no {what}"),
            said => format!("no {what} match{said}"),
        });
    }

    /// What was asked for, each with a space before it; empty: everything.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }
}

/// A severity by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SeverityName {
    /// Nobody can say which record is the customer
    Critical,
    /// The link between customer and organization is missing or wrong
    High,
    /// Users or tickets reach the wrong place
    Medium,
    /// Untidy, without effect by itself
    Low,
}

impl SeverityName {
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Critical => Severity::Critical,
            Self::High => Severity::High,
            Self::Medium => Severity::Medium,
            Self::Low => Severity::Low,
        }
    }
}

/// How a value is typed.
pub(crate) fn name_of(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// The 18-character form of an account id that was typed.
pub(crate) fn account_id(typed: &str) -> Result<String, CliError> {
    let parsed = AccountId::parse(typed).map_err(|problem| {
        CliError::usage(format!("--account is no account id ({})", problem.as_str()))
            .hint("an account id has 15 or 18 characters, such as 001ACME00400000YDA")
    })?;
    Ok(parsed.id.as_str().to_owned())
}

impl FilterArgs {
    /// The conditions for a noun. A filter that it does not have is an error: it would be silently ignored.
    pub(crate) fn for_noun(&self, noun: &'static Noun, warehouse: &Warehouse) -> Result<Narrowed, CliError> {
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
    pub(crate) fn without_run(&self, noun: &'static Noun) -> Result<Vec<(FilterName, Value)>, CliError> {
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
            wanted.push((FilterName::Code, Value::Text(codes::known(code, noun)?)));
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

    /// Whether anything but the run and the owner narrows the rows.
    pub(crate) fn narrows_beside_run_and_owner(&self) -> bool {
        Self { run: None, owner: None, ..self.clone() }.is_given()
    }

    /// Whether anything narrows the rows.
    pub(crate) fn is_given(&self) -> bool {
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
