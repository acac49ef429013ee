//! `orgdrift list NOUN`

use clap::{Args, ValueEnum};

use super::shared::{
    codes,
    context::Context,
    error::CliError,
    exit,
    filters::name_of,
    plans,
    reading::{self, ReadingArgs},
};

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
    context.next(&match arguments.noun {
        NounName::Accounts => "export exceptions --output exceptions_by_account.csv".to_owned(),
        NounName::Runs | NounName::Snapshots => "audit".to_owned(),
        NounName::Plans if read.count == 0 => "plan".to_owned(),
        NounName::Plans => "plan show latest".to_owned(),
        _ => codes::first_of(&read),
    });
    Ok(exit::DONE)
}
