//! The filters of `list`, `audit`, `diff` and `export`, and what was typed as the warehouse knows it.

use clap::{Args, ValueEnum};

use super::{codes, context::Context, error::CliError, near_record, runs};
use crate::{
    clock,
    identity::{AccountId, AccountIdProblem, plain_host},
    model::Severity,
    warehouse::{
        Filter, Value, Warehouse,
        nouns::{FilterName, Noun},
    },
};

/// Which run.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RunArg {
    /// Show this run: its id, latest or previous [default: latest]
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
}

/// Which records.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RecordArgs {
    /// Only this account, by its 15- or 18-character id
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// Only this organization, by its Zendesk id
    #[arg(long, value_name = "ID")]
    pub(crate) org_id: Option<i64>,
    /// Only this domain, such as acme.com
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) domain: Option<String>,
    /// Only this code, such as `org_missing_external_id`, or this class of findings
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
}

/// What is to be done about them, and by whom.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct JudgedArgs {
    /// Only this severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) severity: Option<SeverityName>,
    /// Only this disposition
    #[arg(long, value_enum, value_name = "DISPOSITION")]
    pub(crate) disposition: Option<DispositionName>,
    /// Only accounts of this owner, by the name or a part of it
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// Only what was first seen on this date or later, such as 2026-11-01
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
}

/// Every filter of accounts, issues and findings.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FindingArgs {
    #[command(flatten)]
    run: RunArg,
    #[command(flatten)]
    records: RecordArgs,
    #[command(flatten)]
    judged: JudgedArgs,
}

/// The filters of `list`, `audit`, `diff` and `export`, as far as each has them.
#[derive(Debug, Clone, Default)]
pub(crate) struct FilterArgs {
    pub(crate) run: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) org_id: Option<i64>,
    pub(crate) domain: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) severity: Option<SeverityName>,
    pub(crate) disposition: Option<DispositionName>,
    pub(crate) owner: Option<String>,
    pub(crate) since: Option<String>,
}

impl From<FindingArgs> for FilterArgs {
    fn from(FindingArgs { run, records, judged }: FindingArgs) -> Self {
        Self { run: run.run, ..Self::of(records, judged) }
    }
}

impl From<RecordArgs> for FilterArgs {
    fn from(records: RecordArgs) -> Self {
        Self::of(records, JudgedArgs::default())
    }
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
    /// For information only
    DetectOnly,
    /// Hidden until a date
    Suppressed,
}

/// The conditions of a reading.
pub(crate) struct Narrowed {
    /// For the warehouse.
    pub(crate) filters: Vec<Filter>,
    /// As they may be said again: without names of people.
    said: String,
    /// Those that name a record.
    records: Vec<(FilterName, Value)>,
}

impl Narrowed {
    /// Says that nothing is there, or nothing of what was asked for.
    pub(crate) fn say_none(
        &self,
        context: &Context,
        warehouse: &Warehouse,
        what: &str,
    ) -> Result<(), CliError> {
        context.talk(match self.said.as_str() {
            "" => format!("no {what}"),
            said => format!("no {what} match{said}"),
        });
        if self.said.contains(FilterName::Owner.flag()) {
            context.talk(format!("`orgdrift query owners{}` lists the owners", context.db_option()));
        }
        self.say_unknown(context, warehouse)
    }

    /// Says what they name and no snapshot has, and what may be meant.
    pub(crate) fn say_unknown(&self, context: &Context, warehouse: &Warehouse) -> Result<(), CliError> {
        for (name, value) in &self.records {
            if let Some(unknown) = near_record::unknown(warehouse, *name, value)? {
                context.talk(unknown);
            }
        }
        Ok(())
    }

    /// What was asked for, each with a space before it; empty: everything.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }
}

/// A severity by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SeverityName {
    /// It is not clear which record is the customer
    Critical,
    /// The link between customer and organization is missing or wrong
    High,
    /// Users or tickets reach the wrong place
    Medium,
    /// Untidy, but without effect
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
    account_id_of("--account", typed)
}

/// The same for another option than `--account`.
pub(crate) fn account_id_of(option: &str, typed: &str) -> Result<String, CliError> {
    let parsed = AccountId::parse(typed).map_err(|problem| {
        let why = match problem {
            AccountIdProblem::Malformed => "",
            AccountIdProblem::ChecksumMismatch => ": its last 3 characters do not fit the first 15",
            AccountIdProblem::NotAnAccountId => ": the id of an account begins with 001",
        };
        // Its first 15 characters say what the others must be.
        let meant = typed.trim().get(..15).and_then(|short| AccountId::parse(short).ok());
        let hint = match (problem, meant) {
            (AccountIdProblem::ChecksumMismatch, Some(meant)) => format!("did you mean {}?", meant.id.as_str()),
            _ => "an account id has 15 or 18 characters, such as 001ACME00400000YDA; `orgdrift find` searches by name"
                .to_owned(),
        };
        CliError::usage(format!("{option} is not an account id{why}")).hint(hint)
    })?;
    Ok(parsed.id.as_str().to_owned())
}

impl FilterArgs {
    /// Those of a run that is not named.
    pub(crate) fn of(records: RecordArgs, judged: JudgedArgs) -> Self {
        let RecordArgs { account, org_id, domain, code } = records;
        let JudgedArgs { severity, disposition, owner, since } = judged;
        Self { run: None, account, org_id, domain, code, severity, disposition, owner, since }
    }

    /// The conditions for a noun.
    pub(crate) fn for_noun(&self, noun: &'static Noun, warehouse: &Warehouse) -> Result<Narrowed, CliError> {
        let mut wanted = Vec::new();
        if noun.is_of_run() || self.run.is_some() {
            let run = runs::find_run(warehouse, self.run.as_deref())?;
            wanted.push((FilterName::Run, Value::Integer(run.run_id)));
        }
        wanted.extend(self.without_run(noun)?);
        let mut narrowed = Narrowed { filters: Vec::new(), said: String::new(), records: Vec::new() };
        for (name, value) in wanted {
            let condition =
                noun.condition(name).expect("the options of a noun on the command line are its filters");
            // The newest run is what everybody means who names none.
            if name != FilterName::Run || self.run.is_some() {
                narrowed.said.push_str(&said(name, &value));
            }
            if matches!(name, FilterName::Account | FilterName::OrgId | FilterName::Domain) {
                narrowed.records.push((name, value.clone()));
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
                CliError::usage(format!("--domain is not a plain domain ({})", problem.as_str()))
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
