//! `orgdrift diff [OLD [NEW]]`

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};

use super::shared::{
    codes,
    context::Context,
    error::CliError,
    exit,
    filters::{FilterArgs, SeverityName, name_of},
    printing::FormatName,
    reading::TERMINAL_LIMIT,
    runs,
};
use crate::{
    model::Family,
    output::Format,
    warehouse::{
        Warehouse,
        diff::{
            ACCOUNT_SETTINGS, CodePair, CollectionPair, DifferenceCount, ISSUES, ISSUES_SHORT, RunPair,
            only_drift,
        },
    },
};

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The earlier run: its id, latest or previous [default: the run before NEW]
    old: Option<String>,
    /// The later run [default: latest]
    new: Option<String>,
    /// Compare the records of the snapshots instead of the issues
    #[arg(long)]
    records: bool,
    /// Only records of this kind
    #[arg(long, value_enum, value_name = "KIND", requires = "records")]
    kind: Option<KindName>,
    /// Include hygiene findings
    #[arg(long, conflicts_with = "records")]
    hygiene: bool,
    /// An account, by its 15- or 18-character id
    #[arg(long, value_name = "ID", conflicts_with = "records")]
    account: Option<String>,
    /// An organization, by its Zendesk id
    #[arg(long, value_name = "ID", conflicts_with = "records")]
    org_id: Option<i64>,
    /// A domain
    #[arg(long, value_name = "DOMAIN", conflicts_with = "records")]
    domain: Option<String>,
    /// A code
    #[arg(long, value_name = "CODE", conflicts_with = "records")]
    code: Option<String>,
    /// A severity
    #[arg(long, value_enum, value_name = "SEVERITY", conflicts_with = "records")]
    severity: Option<SeverityName>,
    /// Print at most this many rows
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

/// A kind of record.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum KindName {
    /// Settings of the Zendesk account
    #[value(name = ACCOUNT_SETTINGS)]
    AccountSettings,
    /// Of Salesforce, with its domains
    Account,
    /// Of Zendesk, with its domains
    Organization,
    /// Of Zendesk
    User,
    /// Of a user in an organization
    Membership,
    /// Of Zendesk
    Ticket,
}

pub(super) fn run(context: &Context, arguments: &DiffArgs) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let pair = find_pair(&warehouse, arguments)?;
    if arguments.records {
        records(context, arguments, &warehouse, &pair)
    } else {
        issues(context, arguments, &warehouse, &pair)
    }
}

/// The runs that were asked for.
fn find_pair(warehouse: &Warehouse, arguments: &DiffArgs) -> Result<RunPair, CliError> {
    let new = runs::find_run(warehouse, arguments.new.as_deref())?;
    let old = match &arguments.old {
        Some(name) => runs::find_run(warehouse, Some(name))?,
        None => warehouse.run_before(new.run_id)?.ok_or_else(only_one_run)?,
    };
    let (older, newer) = (old.run_id, new.run_id);
    if older == newer {
        let is_alone = warehouse.run_before(newer)?.is_none();
        if arguments.new.is_none() && is_alone && runs::find_run(warehouse, None)?.run_id == newer {
            return Err(only_one_run());
        }
        return Err(CliError::usage(format!("run {older} cannot be compared with itself"))
            .hint("name two runs, the earlier one first; `orgdrift list runs` shows all"));
    }
    if older > newer {
        return Err(CliError::usage(format!("run {older} is later than run {newer}"))
            .hint(format!("orgdrift diff {newer} {older}")));
    }
    Ok(RunPair { old, new })
}

fn only_one_run() -> CliError {
    CliError::failure("the warehouse has only one run, so there is nothing to compare it with")
        .hint("ingest a newer snapshot, then run `orgdrift audit`")
}

fn issues(
    context: &Context,
    arguments: &DiffArgs,
    warehouse: &Warehouse,
    pair: &RunPair,
) -> Result<u8, CliError> {
    let is_table = context.format(FormatName::Table) == Format::Table;
    let noun = if is_table { &ISSUES_SHORT } else { &ISSUES };
    let code = arguments.code.as_deref().map(|code| codes::known(code, noun)).transpose()?;
    let filters = FilterArgs {
        account: arguments.account.clone(),
        org_id: arguments.org_id,
        domain: arguments.domain.clone(),
        code: code.clone(),
        severity: arguments.severity,
        ..FilterArgs::default()
    };
    let narrowed = filters.for_noun(noun, warehouse)?;
    let mut filters = narrowed.filters.clone();
    // Hygiene that was asked for by its code is wanted.
    let is_drift_alone = !arguments.hygiene && code.is_none();
    if is_drift_alone {
        filters.push(only_drift());
    }
    let mut codes = warehouse.compared_codes(pair)?;
    codes.retain(|known| match &code {
        Some(code) => *code == known.code,
        None => !is_drift_alone || known.family == Family::Drift,
    });
    let gaps = codes_by_obstacle(&codes);
    if !codes.iter().any(|code| code.obstacle.is_none()) {
        return Err(incomparable(pair, gaps.keys().map(ToString::to_string))
            .hint("`orgdrift list runs` shows how many codes each run did not evaluate"));
    }
    let counts = warehouse.issue_difference_counts(pair, &filters)?;
    let limit = limit(context, arguments);
    let shown =
        context.print_rows(warehouse.issue_differences(pair, noun, &filters, limit)?, FormatName::Table)?;
    context.talk(issue_sentence(pair, &counts, narrowed.said(), gaps.is_empty()));
    if shown.count == 0 {
        narrowed.say_unknown(context, warehouse)?;
    }
    for (obstacle, codes) in gaps {
        context.talk(format!("not comparable, because {obstacle}: {}", codes.join(", ")));
    }
    // It is a cause of issues, and no record of theirs shows it.
    if let Some((old, new)) = warehouse.changed_multiple_organizations(pair)? {
        context.talk(format!("the account setting multiple_organizations changed from {old} to {new}"));
    }
    for run in [&pair.old, &pair.new] {
        runs::warn_of_tickets(context, run.run_id, &warehouse.gaps(run.run_id)?);
    }
    tell_of_limit(context, arguments, shown.count);
    if pair.is_same_records() {
        context.talk("both runs are of the same snapshots");
        context.next(&codes::first_of(&shown));
    } else {
        context.next(&format!("diff {} {} --records", pair.old.run_id, pair.new.run_id));
    }
    Ok(exit::DONE)
}

fn records(
    context: &Context,
    arguments: &DiffArgs,
    warehouse: &Warehouse,
    pair: &RunPair,
) -> Result<u8, CliError> {
    let only = arguments.kind.as_ref().map(name_of);
    let mut collections = warehouse.compared_collections(pair)?;
    collections.retain(|collection| only.as_ref().is_none_or(|kind| *kind == collection.kind));
    let (comparable, unknown): (Vec<_>, Vec<_>) =
        collections.iter().partition(|collection| collection.is_comparable);
    let mut comparable: Vec<&str> = comparable.iter().map(|collection| collection.kind.as_str()).collect();
    let why = |collection: &CollectionPair| {
        format!(
            "{}: {} in run {}, {} in run {}",
            collection.collection,
            collection.old_outcome,
            pair.old.run_id,
            collection.new_outcome,
            pair.new.run_id
        )
    };
    if comparable.is_empty() && !unknown.is_empty() {
        return Err(incomparable(pair, unknown.into_iter().map(why)).hint(
            "only collections that were read to their end can be compared; `orgdrift list snapshots`",
        ));
    }
    if only.as_ref().is_none_or(|kind| kind == ACCOUNT_SETTINGS) {
        comparable.push(ACCOUNT_SETTINGS);
    }
    let counts = warehouse.record_difference_counts(pair, &comparable, only.as_deref())?;
    let rows = warehouse.record_differences(pair, &comparable, only.as_deref(), limit(context, arguments))?;
    let shown = context.print_rows(rows, FormatName::Table)?;
    let said = only.as_ref().map(|kind| format!(" --kind {kind}")).unwrap_or_default();
    context.talk(sentence(pair, &counts, &["appeared", "changed", "vanished"], &said, unknown.is_empty()));
    for collection in unknown {
        context.talk(format!("not comparable: {}", why(collection)));
    }
    tell_of_limit(context, arguments, shown.count);
    if pair.is_same_records() {
        context.talk("both runs are of the same snapshots, so no record can differ");
    }
    context.next("export workbook --output drift.xlsx");
    Ok(exit::DONE)
}

/// The codes that cannot be compared, by what is in the way.
fn codes_by_obstacle(codes: &[CodePair]) -> BTreeMap<&str, Vec<&str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for code in codes {
        if let Some(obstacle) = &code.obstacle {
            found.entry(obstacle).or_default().push(&code.code);
        }
    }
    found
}

/// The error of two runs that have nothing in common to compare.
fn incomparable(pair: &RunPair, obstacles: impl Iterator<Item = String>) -> CliError {
    let obstacles = obstacles.collect::<Vec<_>>().join("; ");
    CliError::incomplete(format!(
        "run {} cannot be compared with run {}: {obstacles}",
        pair.new.run_id, pair.old.run_id
    ))
}

/// The most rows that are shown to a person; a file gets all.
fn limit(context: &Context, arguments: &DiffArgs) -> Option<u64> {
    let is_for_eyes = context.format(FormatName::Table) == Format::Table && context.output().is_none();
    arguments.limit.or(is_for_eyes.then_some(TERMINAL_LIMIT))
}

fn tell_of_limit(context: &Context, arguments: &DiffArgs, shown: u64) {
    if arguments.limit.is_none() && limit(context, arguments) == Some(shown) {
        context.talk(format!(
            "only the first {shown} rows are shown; --limit shows more, --output FILE.csv writes all"
        ));
    }
}

/// `run 1 to run 2: 3 new, 1 resolved; cause: 4 world`.
fn issue_sentence(pair: &RunPair, counts: &[DifferenceCount], said: &str, is_whole: bool) -> String {
    let changes = ["new", "reopened", "changed", "resolved", "not_comparable"];
    let sentence = sentence(pair, counts, &changes, said, is_whole);
    let causes = counted(&["world", "rule", "suppression", "rule or world"], |cause| {
        counts.iter().filter(|count| count.of.as_deref() == Some(cause)).map(|count| count.count).sum()
    });
    if causes.is_empty() { sentence } else { format!("{sentence}; cause: {causes}") }
}

/// `run 1 to run 2: 3 new, 1 resolved`; said: the filters, as they may be said again.
fn sentence(
    pair: &RunPair,
    counts: &[DifferenceCount],
    changes: &[&str],
    said: &str,
    is_whole: bool,
) -> String {
    let parts = counted(changes, |change| {
        counts.iter().filter(|count| count.change == change).map(|count| count.count).sum()
    });
    let parts = match (parts.as_str(), said) {
        ("", "") if is_whole => "no difference".to_owned(),
        ("", "") => "no difference in what can be compared".to_owned(),
        ("", said) if is_whole => format!("no difference matches{said}"),
        ("", said) => format!("no difference in what can be compared matches{said}"),
        (parts, _) => parts.to_owned(),
    };
    format!("run {} to run {}: {parts}", pair.old.run_id, pair.new.run_id)
}

/// The names of which there are any, with their numbers.
fn counted(names: &[&str], count: impl Fn(&str) -> i64) -> String {
    names
        .iter()
        .map(|name| (name.replace('_', " "), count(name)))
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{count} {name}"))
        .collect::<Vec<_>>()
        .join(", ")
}
