//! `orgdrift list NOUN`

use clap::{Args, ValueEnum};

use super::shared::{
    causes, codes,
    context::Context,
    error::CliError,
    exit,
    filters::name_of,
    plans,
    reading::{self, ReadingArgs},
    runs,
};
use crate::warehouse::{Read, Value};

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// What to list
    #[arg(value_enum)]
    noun: NounName,
    #[command(flatten)]
    reading: ReadingArgs,
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
    /// Records that issues and findings hang on, those with the most first
    Causes,
    /// Audits
    Runs,
    /// Readings
    Snapshots,
    /// Repairs that were planned
    Plans,
    /// Codes and what they mean
    Rules,
}

pub(super) fn run(context: &Context, arguments: &ListArgs) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let read = reading::print(context, &warehouse, &name_of(&arguments.noun), &arguments.reading)?;
    if matches!(arguments.noun, NounName::Plans) {
        plans::warn_of_other_rules(context, &warehouse)?;
    }
    if matches!(arguments.noun, NounName::Causes) && read.count > 0 && !arguments.reading.narrows() {
        let run = runs::find_run(&warehouse, arguments.reading.filters.run.as_deref())?;
        let most = usize::try_from(read.count).unwrap_or(usize::MAX);
        context.talk(format!("these {}", causes::behind(&warehouse.cause_share(run.run_id, most)?)));
    }
    context.next(&match arguments.noun {
        NounName::Accounts => "export exceptions --output exceptions_by_account.csv".to_owned(),
        NounName::Causes => cause(&read),
        NounName::Runs | NounName::Snapshots => "audit".to_owned(),
        _ if arguments.reading.filters.code.is_some() => "export workbook --output drift.xlsx".to_owned(),
        NounName::Plans if read.count == 0 => "plan".to_owned(),
        NounName::Plans => "plan show latest".to_owned(),
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
