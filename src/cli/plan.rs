//! `orgdrift plan` and `orgdrift plan show P`

mod batches;

use std::{
    collections::BTreeMap,
    fmt::Write,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};

use super::shared::{
    context::Context, error::CliError, exit, filters::account_id, keys, near_file, near_record, plans,
    printing::FormatName, runs,
};
use crate::{
    catalog,
    model::{Family, PlanStatus, Repair, plan::PlanState},
    near::did_you_mean,
    output::{
        self, Format, Screen, counted,
        table::{self, Cell, Table},
    },
    plan::{self, PlanError, PlanOptions, document},
    safe_file,
    warehouse::{
        Warehouse,
        foresee::Foreseen,
        plans::{PlanCount, StoredPlan},
    },
};

/// Arguments of `plan`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct PlanArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    create: CreateArgs,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Plan the repairs of the newest run, worst accounts first; the same as plan alone
    Create(CreateArgs),
    /// Print a plan
    Show(ShowArgs),
}

/// Arguments of `plan create`.
#[derive(Debug, Args)]
struct CreateArgs {
    /// Plan this run of the newest snapshots [default: the newest under the rules in force]
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Plan at most N repairs; list the rest as deferred
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Plan at most N repairs of one account; list the rest as deferred
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    per_account: Option<u32>,
    /// Only this account, by its 15- or 18-character id; may be repeated
    #[arg(long, value_name = "ID")]
    account: Vec<String>,
    /// Only this code; may be repeated
    #[arg(long, value_name = "CODE")]
    code: Vec<String>,
    /// Only this repair; may be repeated
    #[arg(long, value_enum, value_name = "ACTION")]
    action: Vec<ActionName>,
    /// Leave out this issue, by its key; may be repeated
    #[arg(long, value_name = "KEY")]
    exclude: Vec<String>,
    /// Only the issues whose keys are in this file, one on each line
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Leave out accounts that are matched only by a domain
    #[arg(long)]
    only_linked: bool,
    /// Only repairs that were approved in an imported workbook
    #[arg(long)]
    approved: bool,
}

/// No list of keys is larger, in bytes.
const LARGEST_LIST: u64 = 64 << 20;

/// Arguments of `plan show`.
#[derive(Debug, Args)]
struct ShowArgs {
    /// A plan: its id, latest, previous, its hash, or its file
    #[arg(value_name = "PLAN")]
    plan: String,
}

/// A repair by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum ActionName {
    /// Write the account's id into a blank `external_id`
    SetOrgExternalId,
    /// Add a domain to an organization
    AddOrgDomain,
    /// Add a membership
    AssignUserToOrg,
    /// Make an existing membership the default one
    MoveUserToOrg,
}

impl ActionName {
    fn repair(self) -> Repair {
        match self {
            Self::SetOrgExternalId => Repair::SetOrgExternalId,
            Self::AddOrgDomain => Repair::AddOrgDomain,
            Self::AssignUserToOrg => Repair::AssignUserToOrg,
            Self::MoveUserToOrg => Repair::MoveUserToOrg,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &PlanArgs) -> Result<u8, CliError> {
    match &arguments.what {
        None => create(context, &arguments.create),
        Some(What::Create(create_arguments)) => create(context, create_arguments),
        Some(What::Show(show_arguments)) => show(context, show_arguments),
    }
}

fn create(context: &Context, arguments: &CreateArgs) -> Result<u8, CliError> {
    context.only_text_or_json("plan")?;
    let options = options(arguments)?;
    let warehouse = context.open_for_writing()?;
    let run = match &arguments.run {
        Some(name) => Some(runs::find_run(&warehouse, Some(name))?),
        None => None,
    };
    let made = plan::create(&warehouse, run.as_ref(), &options, &context.clock)
        .map_err(|error| with_hint(error, arguments, &warehouse))?;
    let counts = warehouse.plan_counts(made.plan.plan_id)?;
    let foreseen = plan::predict(&warehouse, &made, &context.clock)?;
    if context.wants_json() {
        context.print(&file_text(&warehouse, &made.plan)?)?;
    } else {
        let mut text = heading(&made.plan, if made.is_new { "" } else { " (existed already)" });
        summarize(&mut text, &counts, context.screen());
        say_foreseen(&mut text, foreseen.as_ref());
        context.print(&text)?;
    }
    if made.suppressed_count > 0 {
        let count = i64::try_from(made.suppressed_count).unwrap_or(i64::MAX);
        context.talk(format!("{}, in no plan", counted(count, "suppressed issue")));
    }
    batches::tell(context, &warehouse, &made)?;
    warn(context, &warehouse, &made.plan)?;
    context.next(&format!("plan show {}", made.plan.plan_id));
    Ok(exit::DONE)
}

/// What to do about a plan that is not made, as far as it depends on what was asked for.
fn with_hint(error: PlanError, arguments: &CreateArgs, warehouse: &Warehouse) -> CliError {
    if let (PlanError::UnknownKey { issue_key, .. }, Some(path)) = (&error, &arguments.keys)
        && let Some(line) = line_of(path, issue_key)
    {
        let near = keys::did_you_mean(warehouse, issue_key).ok().flatten();
        return CliError::failure(format!("{}, line {line}: {error}", path.display())).hint(
            near.unwrap_or_else(|| {
                "write one key of an issue on each line, as `orgdrift list issues --format csv` shows them"
                    .to_owned()
            }),
        );
    }
    let near = match &error {
        PlanError::UnknownKey { issue_key, .. } => keys::did_you_mean(warehouse, issue_key).ok().flatten(),
        PlanError::NothingMatches { .. } if arguments.approved => Some(
            "approve repairs first: enter fix in the column Decision of the workbook, then \
             `orgdrift decide --from drift.xlsx --by NAME`"
                .to_owned(),
        ),
        PlanError::NothingMatches { .. } => {
            let mut ids = arguments.account.iter().filter_map(|typed| account_id(typed).ok());
            ids.find_map(|id| near_record::unknown_account(warehouse, &id).ok().flatten())
        }
        _ => None,
    };
    match near {
        Some(hint) => CliError::failure(error.to_string()).hint(hint),
        None => error.into(),
    }
}

fn options(arguments: &CreateArgs) -> Result<PlanOptions, CliError> {
    let accounts = arguments.account.iter().map(|account| account_id(account)).collect::<Result<_, _>>()?;
    let rules = catalog::rules();
    for code in &arguments.code {
        if !rules.iter().any(|rule| rule.code == code && rule.family == Family::Drift) {
            let drift = rules.iter().filter(|rule| rule.family == Family::Drift).map(|rule| rule.code);
            return Err(CliError::usage(format!("--code: {code} is not one of the twelve codes")).hint(
                did_you_mean(code, drift).unwrap_or_else(|| "`orgdrift list rules` lists them".to_owned()),
            ));
        }
    }
    Ok(PlanOptions {
        accounts,
        codes: arguments.code.clone(),
        actions: arguments.action.iter().map(|action| action.repair()).collect(),
        limit: arguments.limit,
        per_account: arguments.per_account,
        exclude: arguments.exclude.clone(),
        keys: arguments.keys.as_deref().map(read_keys).transpose()?.unwrap_or_default(),
        only_linked: arguments.only_linked,
        approved: arguments.approved,
    })
}

/// The line of a file of keys on which a key stands, from 1.
fn line_of(path: &Path, key: &str) -> Option<usize> {
    let text = safe_file::read_text(path, LARGEST_LIST).ok()?;
    text.trim_start_matches('\u{feff}').lines().position(|line| line.trim() == key).map(|at| at + 1)
}

fn read_keys(path: &Path) -> Result<Vec<String>, CliError> {
    let text = safe_file::read_text(path, LARGEST_LIST).map_err(|error| {
        CliError::failure(format!("cannot read {}: {error}", path.display()))
            .hint(near_file::did_you_mean(path).unwrap_or_else(|| "check the path".to_owned()))
    })?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let keys: Vec<String> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if keys.is_empty() {
        return Err(CliError::usage(format!("{} holds no key", path.display())).hint(
            "write one key of an issue on each line, as `orgdrift list issues --format csv` shows them",
        ));
    }
    Ok(keys)
}

fn show(context: &Context, arguments: &ShowArgs) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let plan = plans::find(&warehouse, &arguments.plan)?;
    plan::agrees(&warehouse, &plan)?;
    match context.format(FormatName::Table) {
        Format::Json => context.print(&file_text(&warehouse, &plan)?)?,
        Format::Table => {
            let mut text = heading(&plan, "");
            let mut actions = Vec::new();
            let rows = warehouse.plan_rows(plan.plan_id, Some(PlanStatus::Planned), true)?;
            let (read, hidden) = output::write_table(rows, context.screen(), &mut actions)?;
            if read.count > 0 {
                text.push('\n');
                text.push_str(&String::from_utf8_lossy(&actions));
            }
            summarize(&mut text, &warehouse.plan_counts(plan.plan_id)?, context.screen());
            say_foreseen(&mut text, warehouse.prediction(plan.plan_id)?.as_ref());
            context.print(&text)?;
            context.tell_of_hidden(&hidden);
        }
        Format::Csv(_) | Format::Ndjson => {
            let rows = warehouse.plan_rows(plan.plan_id, None, false)?;
            context.print_rows(rows, FormatName::Csv)?;
        }
    }
    warn(context, &warehouse, &plan)?;
    context.next(&plans::after_show(context, &plan));
    Ok(exit::DONE)
}

/// `fix_plan.json` of a plan.
fn file_text(warehouse: &Warehouse, plan: &StoredPlan) -> Result<String, CliError> {
    Ok(document::file_text(&plan.canonical, &plan.plan_hash, &warehouse.risk_takers(plan.plan_id)?))
}

fn heading(plan: &StoredPlan, remark: &str) -> String {
    format!(
        "plan {}{remark}: {}, made from run {}, for {}\nhash {}\n",
        plan.plan_id,
        plan.state,
        plan.run_id,
        plan.source_identity.as_deref().unwrap_or("an unknown Zendesk account"),
        plan.plan_hash,
    )
}

/// What of a plan can be misunderstood.
fn warn(context: &Context, warehouse: &Warehouse, plan: &StoredPlan) -> Result<(), CliError> {
    if let Some(run) = warehouse.run(Some(plan.run_id))? {
        runs::warn(context, warehouse, &run)?;
        if plan.state == PlanState::Applied {
            context.talk(format!(
                "the plan was applied and cannot be used again: `orgdrift receipt show {}` says what it did",
                plan.plan_id
            ));
        } else if plan.state == PlanState::BrokenOff {
            context.talk(format!(
                "the apply of the plan was interrupted; finish it: orgdrift apply {} --apply --confirm-plan-hash {}{}",
                plan.plan_id,
                plan.plan_hash,
                context.db_option()
            ));
        } else if plan.state == PlanState::Outdated {
            context.talk("a newer snapshot exists: audit and make another plan before anything is applied");
        } else if !warehouse.is_run_in_force(&run, &context.clock.today())? {
            context.talk(format!(
                "rules, personal domains, suppressions or accepted risks changed since run {}: audit and make another plan",
                run.run_id
            ));
        }
    }
    context.tell_of_rehearsal(plan.source_identity.as_deref());
    if plan.source_identity.is_none() {
        context.talk("the snapshot does not name its Zendesk account, so the plan cannot be applied");
    }
    Ok(())
}

/// What an audit would find if all of it were applied.
fn say_foreseen(text: &mut String, foreseen: Option<&Foreseen>) {
    let Some(foreseen) = foreseen else { return };
    let _ = writeln!(
        text,
        "\napplying the whole plan would resolve {} and create {}",
        counted(foreseen.vanishing.len() as u64, "issue"),
        match foreseen.appearing.len() {
            0 => "none".to_owned(),
            count => count.to_string(),
        }
    );
    for (sign, issues) in [('-', &foreseen.vanishing), ('+', &foreseen.appearing)] {
        let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
        for issue in issues {
            *codes.entry(&issue.code).or_default() += 1;
        }
        for (code, count) in codes {
            let _ = writeln!(text, "  {sign}{count} {code}");
        }
    }
}

/// The repairs by status, then the reasons for which there are none.
fn summarize(text: &mut String, counts: &[PlanCount], screen: Screen) {
    let mut repairs = table::new(&["action", "planned", "deferred", "refused"]);
    let mut is_empty = true;
    for repair in Repair::ALL {
        let of = |status| {
            counts
                .iter()
                .filter(|count| count.action == Some(*repair) && count.status == status)
                .map(|count| count.count)
                .sum::<i64>()
        };
        let by_status = [PlanStatus::Planned, PlanStatus::Deferred, PlanStatus::Refused].map(of);
        if by_status.iter().any(|&count| count > 0) {
            is_empty = false;
            let mut row = vec![Cell::from(repair.as_str())];
            row.extend(by_status.map(Cell::number));
            repairs.add_row(row);
        }
    }
    if !is_empty {
        text.push('\n');
        push(text, &repairs, screen);
    }
    let mut reasons: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
    for count in counts {
        if let Some(reason) = &count.blocked_reason {
            *reasons.entry((count.status.as_str(), reason, &count.code)).or_default() += count.count;
        }
    }
    if !reasons.is_empty() {
        let mut refused = table::records(&["not planned", "because", "code", "issues"]);
        for ((status, reason, code), count) in reasons {
            refused.add_row(vec![
                Cell::from(status),
                Cell::from(reason),
                Cell::from(code),
                Cell::number(count),
            ]);
        }
        text.push('\n');
        push(text, &refused, screen);
    }
    if counts.is_empty() {
        let _ = writeln!(text, "\nno open issue: nothing to repair");
    }
}

fn push(text: &mut String, table: &Table, screen: Screen) {
    text.push_str(&table.shown(screen).text);
}
