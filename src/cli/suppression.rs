//! `orgdrift suppression add|list|remove`

use clap::{Args, Subcommand};

use super::shared::{
    codes,
    context::Context,
    error::CliError,
    exit,
    filters::{account_id, account_id_of},
    keys,
    printing::FormatName,
};
use crate::{
    audit,
    catalog::rules,
    clock,
    near::offered,
    output::{Format, counted},
    trace::near_ids,
    warehouse::{
        Filter, Value, Warehouse,
        nouns::ISSUES,
        suppressions::{Added, Decision, ENDING_UNTIL, NOT_REMOVED, Removed, Target},
        trace::Kind,
    },
};

/// Arguments of `suppression`.
#[derive(Debug, Args)]
pub struct SuppressionArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Hide an issue, or a code on an account or its family, until a date
    ///
    /// Later audits show its issues as suppressed: they are counted, but not planned, and do not trigger --fail-on.
    /// Old runs do not change.
    Add(AddArgs),
    /// List the suppressions, soonest expiry first
    List(ListArgs),
    /// End a suppression; `suppression list --all` still shows it
    Remove {
        /// Its number, as `suppression list` shows it
        #[arg(value_name = "ID")]
        suppression_id: i64,
    },
}

#[derive(Debug, Args)]
struct AddArgs {
    /// The key of the issue, as `list issues --format csv` shows it
    #[arg(value_name = "KEY", required_unless_present_any = ["code", "account", "family"])]
    key: Option<String>,
    /// A code: all its issues on the account, or on the accounts of the family
    #[arg(long, value_name = "CODE", requires = "whose", conflicts_with = "key")]
    code: Option<String>,
    /// The account, by its 15- or 18-character id
    #[arg(long, value_name = "ID", requires = "code", conflicts_with = "key", group = "whose")]
    account: Option<String>,
    /// The account above all of a family, by its id: it and every account below it, by their parents
    #[arg(long, value_name = "ID", requires = "code", conflicts_with = "key", group = "whose")]
    family: Option<String>,
    /// Why nothing needs to be done, such as "merge planned"
    #[arg(long, value_name = "TEXT", value_parser = said)]
    reason: String,
    /// Who is responsible for the decision
    #[arg(long, value_name = "NAME", value_parser = said)]
    owner: String,
    /// The last day on which it applies, in UTC, such as 2026-12-31
    #[arg(long, value_name = "DATE", value_parser = clock::date)]
    expires: String,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Show suppressions that were removed, too
    #[arg(long)]
    all: bool,
    /// Show only suppressions that end within this number of days
    #[arg(long, value_name = "DAYS", conflicts_with = "all")]
    lapsing: Option<u32>,
}

pub(super) fn run(context: &Context, arguments: SuppressionArgs) -> Result<u8, CliError> {
    match arguments.what {
        What::Add(arguments) => add(context, arguments),
        What::List(arguments) => list(context, &arguments),
        What::Remove { suppression_id } => remove(context, suppression_id),
    }
}

fn add(context: &Context, arguments: AddArgs) -> Result<u8, CliError> {
    let today = context.clock.today();
    if arguments.expires < today {
        return Err(CliError::usage(format!("--expires {} is over: today is {today}", arguments.expires))
            .hint("name a day that is still to come"));
    }
    let target = target(context, &arguments)?;
    let decision =
        Decision { target, reason: arguments.reason, owner: arguments.owner, expires_on: arguments.expires };
    let warehouse = context.open_for_writing()?;
    let added = warehouse.add_suppression(&decision, &today, &context.clock.now())?;
    let (suppression_id, also) = match added {
        Added::Stored { suppression_id, also } => (suppression_id, also),
        Added::Covered { suppression_id, expires_on } => {
            return Err(CliError::refused(format!(
                "suppression {suppression_id} covers {} already, until {expires_on}",
                decision.target
            ))
            .hint(format!(
                "to decide again, end it first: orgdrift suppression remove {suppression_id}{}",
                context.db_option()
            )));
        }
        Added::UnknownKey => return Err(unknown_key(context, &warehouse, &decision.target)?),
        Added::UnknownAccount => {
            let option = match decision.target {
                Target::CodeOnFamily { .. } => "--family",
                _ => "--account",
            };
            let error = CliError::failure(format!("no snapshot has the account of {option}"));
            let near = match &decision.target {
                Target::CodeOnAccount { account_id, .. } | Target::CodeOnFamily { account_id, .. } => {
                    offered(&near_ids(&warehouse, Kind::Account, account_id)?)
                }
                Target::Issue(_) => None,
            };
            return Err(error.hint(
                near.unwrap_or_else(|| "`orgdrift list accounts` shows those with issues".to_owned()),
            ));
        }
    };
    context.talk(format!(
        "suppression {suppression_id}: {}, until the end of {} UTC",
        decision.target, decision.expires_on
    ));
    if let Some(also) = also {
        context.talk(format!("suppression {also} covers the same issue by its code and account"));
    }
    say_what_it_covers(context, &warehouse, suppression_id)?;
    context.next("audit");
    Ok(exit::DONE)
}

/// What is to be covered.
fn target(context: &Context, arguments: &AddArgs) -> Result<Target, CliError> {
    if let Some(key) = &arguments.key {
        return Ok(Target::Issue(key.trim().to_owned()));
    }
    let missing = || CliError::usage("name the key of an issue, or --code with --account or --family");
    let code = codes::known(arguments.code.as_deref().ok_or_else(missing)?, &ISSUES)?;
    has_accounts(context, &code)?;
    match (&arguments.account, &arguments.family) {
        (Some(account), _) => Ok(Target::CodeOnAccount { code, account_id: account_id(account)? }),
        (None, Some(head)) => Ok(Target::CodeOnFamily { code, account_id: account_id_of("--family", head)? }),
        (None, None) => Err(missing()),
    }
}

/// Refuses a code on an account if no issue of that code has one: the decision would never cover anything.
fn has_accounts(context: &Context, code: &str) -> Result<(), CliError> {
    if rules().iter().any(|rule| rule.code == code && !rule.may_have_account()) {
        let option = context.db_option();
        return Err(CliError::usage(format!("findings of {code} belong to no account")).hint(format!(
            "name one by its KEY, the column issue_key of `orgdrift list orgs --code {code} --format csv{option}`"
        )));
    }
    Ok(())
}

/// What the newest run would look like; it stays as it is.
fn say_what_it_covers(context: &Context, warehouse: &Warehouse, suppression_id: i64) -> Result<(), CliError> {
    let Some(run) = warehouse.run(None)? else {
        context.talk("the first audit applies it");
        return Ok(());
    };
    let count = warehouse
        .standing_suppressions(&audit::as_of(&context.clock, Some(run.run_id)))?
        .into_iter()
        .find(|standing| standing.suppression_id == suppression_id)
        .and_then(|standing| standing.issue_count);
    let id = run.run_id;
    context.talk(match count {
        Some(0) => format!("run {id} has no issue that it covers; the next audit may find one"),
        Some(count) => format!(
            "it covers {} of run {id}; the next audit applies it, old runs do not change",
            counted(count, "issue")
        ),
        None => format!("run {id} did not evaluate the code; the next audit that does applies it"),
    });
    Ok(())
}

fn unknown_key(context: &Context, warehouse: &Warehouse, target: &Target) -> Result<CliError, CliError> {
    let near = match target {
        Target::Issue(typed) => keys::did_you_mean(warehouse, typed)?,
        Target::CodeOnAccount { .. } | Target::CodeOnFamily { .. } => None,
    };
    Ok(CliError::failure("no run has an issue with that key").hint(near.unwrap_or_else(|| {
        format!(
            "the column issue_key shows the keys: orgdrift list issues --format csv{}",
            context.db_option()
        )
    })))
}

fn list(context: &Context, arguments: &ListArgs) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let as_of = audit::as_of(&context.clock, warehouse.run(None)?.map(|run| run.run_id));
    let mut filters = Vec::new();
    if !arguments.all {
        filters.push(Filter { condition: NOT_REMOVED, value: Value::Text("removed".to_owned()) });
    }
    if let Some(days) = arguments.lapsing {
        let until = clock::days_after(&as_of.today, days)
            .map_err(|error| CliError::usage(format!("--lapsing: {error}")))?;
        filters.push(Filter { condition: ENDING_UNTIL, value: Value::Text(until) });
    }
    let is_table = context.format(FormatName::Table) == Format::Table;
    let rows = warehouse.suppressions(&as_of, is_table, &filters)?;
    let read = context.print_rows(rows, FormatName::Table)?;
    if read.count == 0 {
        context.talk(match (arguments.lapsing, arguments.all) {
            (Some(days), _) => format!("no suppression ends within {}", counted(days, "day")),
            (None, true) => "no suppressions".to_owned(),
            (None, false) => "no suppressions; --all shows those that were removed".to_owned(),
        });
    }
    context.next("list issues --disposition suppressed");
    Ok(exit::DONE)
}

fn remove(context: &Context, suppression_id: i64) -> Result<u8, CliError> {
    let warehouse = context.open_for_writing()?;
    match warehouse.remove_suppression(suppression_id, &context.clock.now())? {
        Removed::Now => {
            context.talk(format!(
                "suppression {suppression_id} ends with the next audit; old runs do not change"
            ));
        }
        Removed::Before { removed_at } => {
            context.talk(format!("suppression {suppression_id} was removed already, at {removed_at}"));
        }
        Removed::Unknown => {
            return Err(CliError::failure(format!("there is no suppression {suppression_id}"))
                .hint("`orgdrift suppression list --all` shows their numbers"));
        }
    }
    context.next("audit");
    Ok(exit::DONE)
}

/// A text that is not blank. What a terminal would obey stays in it: the printing takes care of that.
fn said(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("it is blank"),
        text => Ok(text.to_owned()),
    }
}
