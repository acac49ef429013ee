//! `orgdrift audit`

use clap::{Args, ValueEnum};
use comfy_table::{Cell, CellAlignment};
use serde_json::json;

use super::shared::{
    causes::behind,
    codes,
    context::Context,
    error::CliError,
    exit,
    filters::SeverityName,
    reading::{self, ReadingArgs},
    window::{Window, window},
};
use crate::{
    audit::{self, AuditOptions, AuditReport, LAPSING_DAYS, Lapsed},
    output::{counted, table},
    warehouse::{
        affected::Share,
        summary::{CodeSummary, CollectionCoverage},
        suppressions::Standing,
    },
};

/// So many suppressions are named; the rest is in the list of them.
const NAMED_SUPPRESSIONS: usize = 10;

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Print the findings about these instead of the summary
    #[arg(value_enum)]
    layer: Option<LayerName>,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Exit with 3 if an issue is at or above this severity
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityName>,
    /// Ignore closed tickets older than this number of days; `all` ignores none [default: 90]
    #[arg(long, value_name = "DAYS|all", value_parser = window)]
    ticket_window: Option<Window>,
    /// Prepare repairs that add members to organizations which share their tickets
    #[arg(long)]
    allow_shared_tickets: bool,
}

/// What findings are about.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum LayerName {
    /// Accounts and organizations
    Orgs,
    /// Users
    Users,
    /// Tickets
    Tickets,
}

impl LayerName {
    /// As `list` calls it.
    fn noun(self) -> &'static str {
        match self {
            Self::Orgs => "orgs",
            Self::Users => "users",
            Self::Tickets => "tickets",
        }
    }
}

pub(super) fn run(context: &Context, arguments: &AuditArgs) -> Result<u8, CliError> {
    check(context, arguments)?;
    let warehouse = context.open_for_writing()?;
    let usual = &context.config.audit;
    let options = AuditOptions {
        ticket_window_days: arguments.ticket_window.or(usual.ticket_window).unwrap_or(Window(Some(90))).0,
        allow_shared_tickets: arguments.allow_shared_tickets || usual.allow_shared_tickets,
        rules_off: context.config.rules.off()?,
        repairs_off: context.config.repairs.off()?,
        trust_stored_ids: context.config.repairs.trust_stored_ids,
    };
    let report = audit::audit(&warehouse, &options, &context.clock)?;
    let run_id = report.run.run_id;
    let mut printed = None;
    match arguments.layer {
        Some(layer) => {
            let mut of_run = arguments.reading.clone();
            of_run.filters.run = Some(run_id.to_string());
            printed = Some(reading::print(context, &warehouse, layer.noun(), &of_run)?);
            context.talk(run_line(&report));
            for line in closing_lines(&report) {
                context.talk(line);
            }
        }
        None if context.wants_json() => context.print(&format!("{:#}\n", as_json(&report)))?,
        None => context.print(&as_text(&report))?,
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
    context.next(&printed.as_ref().map_or_else(|| format!("list accounts{of_run}"), codes::first_of));
    Ok(match arguments.fail_on {
        Some(severity) if report.has_issue_at(severity.severity()) => exit::ISSUES,
        // Nobody must take a code that was not looked at for a good one.
        _ if !report.is_fully_evaluated() => exit::INCOMPLETE,
        _ => exit::DONE,
    })
}

/// Refuses what would be ignored, before a run is made.
fn check(context: &Context, arguments: &AuditArgs) -> Result<(), CliError> {
    if arguments.reading.filters.run.is_some() {
        return Err(CliError::usage(
            "`audit` speaks about the run of the newest snapshots and takes no --run",
        )
        .hint("an older run: orgdrift list orgs --run RUN"));
    }
    match arguments.layer {
        Some(layer) => reading::check(layer.noun(), &arguments.reading),
        None if arguments.reading.is_given() => {
            Err(CliError::usage("filters narrow findings, and the summary is of the whole run")
                .hint("name the findings: orgdrift audit orgs, users or tickets"))
        }
        None => context.only_text_or_json("audit"),
    }
}

/// Decisions end, and what they covered comes back: said while there is time to decide again.
fn say_suppressions(context: &Context, report: &AuditReport) {
    let of = &report.suppressions;
    let dated = |standing: &Standing| {
        let issues =
            standing.issue_count.map_or("issues not known".to_owned(), |count| counted(count, "issue"));
        format!("{} on {} ({issues})", standing.suppression_id, standing.expires_on)
    };
    let ended = |lapsed: &Lapsed| {
        let Standing { suppression_id: id, expires_on, .. } = &lapsed.standing;
        let open_again = match lapsed.open_again_count {
            0 => String::new(),
            count => format!(" ({} open again)", counted(count, "issue")),
        };
        format!("{id} on {expires_on}{open_again}")
    };
    let number = |standing: &Standing| standing.suppression_id.to_string();
    let is_any = [
        say(context, &of.lapsing, &format!("to end within {LAPSING_DAYS} days"), dated),
        say(context, &of.lapsed, "ended since the run before", ended),
        say(context, &of.unused, &format!("unused, without an issue in run {}", report.run.run_id), number),
    ]
    .contains(&true);
    if is_any {
        context.talk(format!("`orgdrift suppression list{}` shows what they cover", context.db_option()));
    }
}

/// Says which suppressions are so, if any are.
fn say<T>(context: &Context, found: &[T], what: &str, name: impl Fn(&T) -> String) -> bool {
    let mut names: Vec<String> = found.iter().take(NAMED_SUPPRESSIONS).map(name).collect();
    if found.len() > NAMED_SUPPRESSIONS {
        names.push(format!("and {} more", found.len() - NAMED_SUPPRESSIONS));
    }
    if !found.is_empty() {
        context.talk(format!("{} {what}: {}", counted(found.len(), "suppression"), names.join(", ")));
    }
    !found.is_empty()
}

/// The summary for a terminal.
pub(super) fn as_text(report: &AuditReport) -> String {
    let mut text = format!("{}\n\ncoverage\n", run_line(report));
    let mut coverage = table::new(&["collection", "outcome", "rows", "remark"]);
    for row in &report.collections {
        let since = row.bound_since.as_ref().map(|since| format!("created since {since}"));
        coverage.add_row(vec![
            Cell::new(&row.collection),
            Cell::new(&row.outcome),
            number(row.row_count),
            Cell::new(
                [since.or_else(|| row.reason.clone()), unread(row), few_domains(row)]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join("; "),
            ),
        ]);
    }
    push(&mut text, &coverage);
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
        let total = code.total.map_or_else(|| Cell::new("?"), number);
        let remark = remark(code);
        // Not known is not zero.
        let part = |count| if code.total.is_some() { number(count) } else { Cell::new("?") };
        if code.family == "drift" {
            codes.add_row(vec![
                Cell::new(&code.code),
                Cell::new(code.severity.as_str()),
                total,
                part(code.prepared),
                part(code.blocked),
                part(code.review),
                part(code.detect_only),
                part(code.suppressed),
                Cell::new(remark),
            ]);
        } else {
            hygiene.add_row(vec![
                Cell::new(&code.code),
                Cell::new(code.severity.as_str()),
                total,
                Cell::new(remark),
            ]);
        }
    }
    push(&mut text, &codes);
    text.push('\n');
    push(&mut text, &hygiene);
    text.push('\n');
    for line in closing_lines(report) {
        text.push_str(&line);
        text.push('\n');
    }
    text
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
    let outside = outside.map(|count| format!("{count} outside the window"));
    [since, archived, outside].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Which run it is, and of which snapshots.
fn run_line(report: &AuditReport) -> String {
    format!(
        "run {}{}: salesforce snapshot {} ({}), zendesk snapshot {} ({})",
        report.run.run_id,
        if report.is_new { "" } else { " (existed already)" },
        report.salesforce.snapshot_id,
        report.salesforce.taken_at,
        report.zendesk.snapshot_id,
        report.zendesk.taken_at,
    )
}

/// How much is open, and what is different from the run before.
fn closing_lines(report: &AuditReport) -> Vec<String> {
    let open = counted(report.open_count(), "open issue");
    let gaps = report.drift().filter(|code| code.not_evaluated.is_some()).count();
    let open = match gaps {
        0 => open,
        _ => format!("{open} known; {} not evaluated", counted(gaps, "code")),
    };
    let changes = report.changes;
    let since = match report.previous_run_id {
        Some(previous) => format!(
            "since run {previous}: {} new, {} changed, {} resolved, {} reopened, {} not comparable",
            changes.new, changes.changed, changes.resolved, changes.reopened, changes.not_comparable
        ),
        None => "no earlier run to compare with".to_owned(),
    };
    let mut lines = vec![open, since];
    let causes = report.causes;
    if causes.total_finding_count > 0 {
        lines.push(format!("{}; `orgdrift list causes` names them", behind(&causes)));
    }
    lines.push(headline(report));
    lines
}

/// How much of what was read is in disorder, and what is different from the run before.
fn headline(report: &AuditReport) -> String {
    let before = report.affected_before.as_ref();
    let part = |what: &str, now: Share, before: Option<Share>| {
        let Some(affected) = now.affected else { return format!("{what} not known") };
        let share =
            now.per_mille().map_or_else(String::new, |share| format!(" ({}.{} %)", share / 10, share % 10));
        let change = before.and_then(|before| before.affected).map_or_else(String::new, |before| {
            match affected - before {
                0 => ", as before".to_owned(),
                more if more > 0 => format!(", {more} more"),
                fewer => format!(", {} fewer", -fewer),
            }
        });
        format!("{affected} of {}{share}{change}", counted(now.total, what))
    };
    let now = report.affected;
    format!(
        "affected: {}; {}; {}",
        part("account", now.accounts, before.map(|before| before.accounts)),
        part("eligible user", now.users, before.map(|before| before.users)),
        part("unclosed ticket", now.tickets, before.map(|before| before.tickets)),
    )
}

fn number(number: i64) -> Cell {
    Cell::new(number).set_alignment(CellAlignment::Right)
}

fn push(text: &mut String, table: &comfy_table::Table) {
    for line in table.lines() {
        text.push_str("  ");
        text.push_str(line.trim());
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
