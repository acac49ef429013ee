//! `orgdrift audit`

use clap::{Args, Subcommand};
use serde_json::json;

use super::shared::{
    codes,
    context::Context,
    error::CliError,
    exit,
    filters::{FilterArgs, JudgedArgs, RecordArgs, SeverityName},
    plans,
    reading::{self, Reading},
    run_summary::{closing_lines, run_line, say_suppressions},
    window::{Window, window},
};
use crate::{
    audit::{self, AuditReport, Lapsed},
    model::Family,
    output::{
        Screen, counted,
        table::{self, Cell, Table},
        wrapped,
    },
    warehouse::{
        summary::{CodeSummary, CollectionCoverage},
        suppressions::Standing,
    },
};

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    layer: Option<Layer>,
    /// Exit with 3 if an issue has this severity or a higher one
    #[arg(long, global = true, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityName>,
    /// Ignore closed tickets older than this number of days; `all` ignores none [default: 90]
    #[arg(long, global = true, value_name = "DAYS|all", value_parser = window)]
    ticket_window: Option<Window>,
    /// Also prepare repairs that add members to organizations whose members see each other's tickets
    #[arg(long, global = true)]
    allow_shared_tickets: bool,
    /// Check everything again, not only what changed since the previous run
    #[arg(long, global = true)]
    full: bool,
}

/// What findings are about.
#[derive(Debug, Clone, Subcommand)]
enum Layer {
    /// Audit, and print the findings about accounts and organizations
    Orgs(Orgs),
    /// Audit, and print the findings about users
    Users(Findings),
    /// Audit, and print the findings about tickets
    Tickets(Findings),
}

#[derive(Debug, Clone, Args)]
struct Findings {
    #[command(flatten)]
    records: RecordArgs,
    #[command(flatten)]
    judged: JudgedArgs,
    /// Print at most this many rows
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

#[derive(Debug, Clone, Args)]
struct Orgs {
    #[command(flatten)]
    findings: Findings,
    /// Show findings about organizations that no account points to
    #[arg(long)]
    include_orphans: bool,
}

impl Layer {
    /// As `list` calls it.
    fn noun(&self) -> &'static str {
        match self {
            Self::Orgs(_) => "orgs",
            Self::Users(_) => "users",
            Self::Tickets(_) => "tickets",
        }
    }

    fn reading(&self) -> Reading {
        let (Findings { records, judged, limit }, include_orphans) = match self.clone() {
            Self::Orgs(Orgs { findings, include_orphans }) => (findings, include_orphans),
            Self::Users(findings) | Self::Tickets(findings) => (findings, false),
        };
        Reading { filters: FilterArgs::of(records, judged), limit, include_orphans }
    }
}

pub(super) fn run(context: &Context, arguments: &AuditArgs) -> Result<u8, CliError> {
    check(context, arguments)?;
    let warehouse = context.open_for_writing()?;
    let mut options = context.config.audit_options()?;
    if let Some(Window(days)) = arguments.ticket_window {
        options.ticket_window_days = days;
    }
    options.allow_shared_tickets |= arguments.allow_shared_tickets;
    let audit = if arguments.full { audit::audit_in_full } else { audit::audit };
    let report = audit(&warehouse, &options, &context.clock)?;
    let run_id = report.run.run_id;
    let mut printed = None;
    match &arguments.layer {
        Some(layer) => {
            let mut of_run = layer.reading();
            of_run.filters.run = Some(run_id.to_string());
            printed = Some(reading::print(context, &warehouse, layer.noun(), &of_run)?);
            context.talk(run_line(&report));
            for line in closing_lines(&report) {
                context.talk(line);
            }
        }
        None if context.wants_json() => context.print(&format!("{:#}\n", as_json(&report)))?,
        None => {
            let (text, hidden) = as_text(&report, context.screen());
            context.print(&text)?;
            context.tell_of_hidden(&hidden);
        }
    }
    say_suppressions(context, &report);
    let newest = warehouse.run(None)?.map_or(run_id, |run| run.run_id);
    let of_run = if newest == run_id {
        String::new()
    } else {
        context.talk(format!(
            "run {newest} is newer, made under other rules; lists show it unless --run names another"
        ));
        format!(" --run {run_id}")
    };
    context.next(&match (&printed, plans::to_be_proved(&warehouse)?) {
        (Some(printed), _) => codes::first_of(printed),
        (None, Some(plan_id)) if of_run.is_empty() => format!("prove {plan_id}"),
        (None, _) => format!("export workbook --output drift.xlsx{of_run}"),
    });
    Ok(match arguments.fail_on {
        Some(severity) if report.has_issue_at(severity.severity()) => exit::ISSUES,
        // Nobody must take a code that was not looked at for a good one.
        _ if !report.is_fully_evaluated() => exit::INCOMPLETE,
        _ => exit::DONE,
    })
}

/// Refuses what makes no sense, before a run is made.
fn check(context: &Context, arguments: &AuditArgs) -> Result<(), CliError> {
    match &arguments.layer {
        Some(layer) => reading::check(layer.noun(), &layer.reading()),
        None => context.only_text_or_json("audit"),
    }
}

/// The summary for a terminal.
pub(super) fn as_text(report: &AuditReport, screen: Screen) -> (String, Vec<String>) {
    let mut hidden = Vec::new();
    let mut text = format!("{}\n\ncoverage\n", wrapped(&run_line(report), screen.width));
    let mut coverage = table::new(&["collection", "outcome", "rows", "remark"]);
    for row in &report.collections {
        let since = row.bound_since.as_ref().map(|since| format!("created since {since}"));
        coverage.add_row(vec![
            Cell::from(row.collection.as_str()),
            Cell::from(row.outcome.as_str()),
            Cell::number(row.row_count),
            Cell::from(
                [since.or_else(|| row.reason.clone()), unread(row), few_domains(row)]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join("; "),
            ),
        ]);
    }
    push(&mut text, &coverage, screen, &mut hidden);
    text.push_str("\nissues\n");
    let mut codes = table::new(&[
        "code",
        "severity",
        "total",
        "prepared",
        "blocked",
        "review",
        "detect_only",
        "suppressed",
        "remark",
    ]);
    let mut hygiene = table::new(&["hygiene", "severity", "total", "remark"]);
    for code in &report.codes {
        let total = code.total.map_or_else(|| Cell::from("?"), Cell::number);
        let remark = remark(code);
        // Not known is not zero.
        let part = |count| if code.total.is_some() { Cell::number(count) } else { Cell::from("?") };
        if code.family == Family::Drift {
            codes.add_row(vec![
                Cell::from(&code.code),
                Cell::from(code.severity.as_str()),
                total,
                part(code.prepared),
                part(code.blocked),
                part(code.review),
                part(code.detect_only),
                part(code.suppressed),
                Cell::from(remark),
            ]);
        } else {
            hygiene.add_row(vec![
                Cell::from(&code.code),
                Cell::from(code.severity.as_str()),
                total,
                Cell::from(remark),
            ]);
        }
    }
    push(&mut text, &codes, screen, &mut hidden);
    text.push('\n');
    push(&mut text, &hygiene, screen, &mut hidden);
    text.push('\n');
    for line in closing_lines(report) {
        text.push_str(&wrapped(&line, screen.width));
        text.push('\n');
    }
    (text, hidden)
}

/// Rows that somebody accepted without their being used.
fn unread(row: &CollectionCoverage) -> Option<String> {
    (row.unread_count > 0).then(|| format!("{} unread", counted(row.unread_count, "row")))
}

/// Said where the domains of most accounts are not known.
fn few_domains(row: &CollectionCoverage) -> Option<String> {
    let count = row.with_domain_count.filter(|&count| count * 2 < row.row_count)?;
    Some(format!("{count} of {} with a usable domain", counted(row.row_count, "account")))
}

/// What has to be known beside a code's figures.
fn remark(code: &CodeSummary) -> String {
    if let Some(reason) = &code.not_evaluated {
        return format!("not evaluated: {reason}");
    }
    let since = code.bound_since.as_ref().map(|since| format!("created since {since}"));
    let archived = code.is_without_archived.then(|| "archived ones not listed".to_owned());
    let outside = code.outside_window.filter(|&count| count > 0);
    let outside = outside.map(|count| format!("{} not counted", counted(count, "old closed ticket")));
    [since, archived, outside].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn push(text: &mut String, table: &Table, screen: Screen, hidden: &mut Vec<String>) {
    let shown = table.shown(screen.narrower(1));
    hidden.extend(shown.hidden);
    for line in shown.text.lines() {
        // The table begins with a blank of its own.
        text.push(' ');
        text.push_str(line);
        text.push('\n');
    }
}

fn as_json(report: &AuditReport) -> serde_json::Value {
    let standing = |all: &[Standing]| all.iter().map(standing_json).collect::<serde_json::Value>();
    json!({
        "run_id": report.run.run_id,
        "is_new": report.is_new,
        "salesforce_snapshot_id": report.salesforce.snapshot_id,
        "zendesk_snapshot_id": report.zendesk.snapshot_id,
        "rule_set_digest": report.run.rule_set_digest,
        "open_issue_count": report.open_count(),
        "previous_run_id": report.previous_run_id,
        "changes": {
            "new": report.changes.new,
            "changed": report.changes.changed,
            "resolved": report.changes.resolved,
            "reopened": report.changes.reopened,
            "not_comparable": report.changes.not_comparable,
        },
        "affected": report.affected,
        "affected_before": report.affected_before,
        "causes": report.causes,
        "suppressions": {
            "in_force_count": report.suppressions.in_force_count,
            "lapsing": standing(&report.suppressions.lapsing),
            "lapsed_since_previous_run": lapsed_json(&report.suppressions.lapsed),
            "unused": standing(&report.suppressions.unused),
        },
        "collections": report.collections.iter().map(|row| json!({
            "collection": row.collection,
            "outcome": row.outcome,
            "reason": row.reason,
            "row_count": row.row_count,
            "bound_since": row.bound_since,
            "unread_count": row.unread_count,
            "with_domain_count": row.with_domain_count,
        })).collect::<Vec<_>>(),
        "codes": report.codes.iter().map(|code| json!({
            "code": code.code,
            "family": code.family,
            "severity": code.severity.as_str(),
            "is_evaluated": code.not_evaluated.is_none(),
            "reason": code.not_evaluated,
            "issue_count": code.total,
            "prepared": code.total.map(|_| code.prepared),
            "blocked": code.total.map(|_| code.blocked),
            "review": code.total.map(|_| code.review),
            "detect_only": code.total.map(|_| code.detect_only),
            "suppressed": code.total.map(|_| code.suppressed),
            "outside_window_count": code.outside_window,
            "bound_since": code.bound_since,
            "is_without_archived": code.is_without_archived,
        })).collect::<Vec<_>>(),
    })
}

fn lapsed_json(lapsed: &[Lapsed]) -> serde_json::Value {
    let one = |lapsed: &Lapsed| {
        let mut one = standing_json(&lapsed.standing);
        one["open_again_count"] = lapsed.open_again_count.into();
        one
    };
    lapsed.iter().map(one).collect()
}

fn standing_json(standing: &Standing) -> serde_json::Value {
    json!({
        "suppression_id": standing.suppression_id,
        "expires_on": standing.expires_on,
        "issue_count": standing.issue_count,
    })
}
