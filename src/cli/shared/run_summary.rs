//! What a run says in sum, as `audit` and `refresh` tell it.

use super::{causes::behind, context::Context};
use crate::{
    audit::{AuditReport, LAPSING_DAYS, Lapsed},
    output::counted,
    warehouse::{affected::Share, suppressions::Standing},
};

/// How many suppressions are named; the rest is in the list of them.
const NAMED_SUPPRESSIONS: usize = 10;

/// Which run it is, and of which snapshots.
pub(crate) fn run_line(report: &AuditReport) -> String {
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
pub(crate) fn closing_lines(report: &AuditReport) -> Vec<String> {
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
        lines.push(format!("the first {}: `orgdrift list causes`", behind(&causes)));
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

/// Decisions end, and what they covered comes back: said while there is time to decide again.
pub(crate) fn say_suppressions(context: &Context, report: &AuditReport) {
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
