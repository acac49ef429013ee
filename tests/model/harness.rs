//! The comparison of the model's answer with what a warehouse says under its public names.
//!
//! Null and empty text count as equal, and an id as text equals the id as a number: the documentation leaves both
//! open in places. The rows of `issues` are narrowed to the twelve codes, in case hygiene findings are there too.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value;
use rusqlite::{Connection, ToSql};

use super::exceptions::{ExceptionRow, exceptions};
use super::expect::Expected;
use super::findings::Finding;
use super::issue::Issue;
use super::link::Link;
use super::names::{Action, Code, FindingClass, MatchRule, Reason};
use super::world::World;

/// The columns of `account_links` that are compared; the first is the key.
pub(crate) const LINK_COLUMNS: [&str; 4] = ["account_id", "link_state", "organization_id", "match_rule"];

/// The columns of `issues` that are compared; the first is the key.
pub(crate) const ISSUE_COLUMNS: [&str; 16] = [
    "issue_key",
    "code",
    "layer",
    "severity",
    "account_id",
    "subject_kind",
    "subject_id",
    "organization_id",
    "user_id",
    "ticket_id",
    "domain",
    "disposition",
    "action",
    "blocked_reason",
    "suggested_action",
    "root_issue_key",
];

/// The columns of `exceptions_by_account` that are compared; the first is the key.
pub(crate) const EXCEPTION_COLUMNS: [&str; 15] = [
    "sf_account_id",
    "account_name",
    "owner",
    "triage_status",
    "total_issue_count",
    "prepared_action_count",
    "blocked_action_count",
    "review_count",
    "detect_only_count",
    "suppressed_count",
    "max_severity",
    "top_issue_codes",
    "top_blocked_reasons",
    "zendesk_org_id",
    "link_state",
];

/// Returns a line for every difference between a run in the database and the model's answer; none means equal.
pub(crate) fn compare(
    db: &Connection,
    run_id: &dyn ToSql,
    world: &World,
    expected: &Expected,
) -> rusqlite::Result<Vec<String>> {
    let mut differences = Vec::new();
    let links = expected.links.iter().map(link_cells).collect();
    let issues = expected.issues.iter().map(issue_cells).collect();
    let rows = exceptions(expected, world);
    let rows = rows.iter().map(exception_cells).collect();
    compare_view(db, run_id, "account_links", &LINK_COLUMNS, links, &mut differences)?;
    compare_view(db, run_id, "issues", &ISSUE_COLUMNS, issues, &mut differences)?;
    compare_view(db, run_id, "exceptions_by_account", &EXCEPTION_COLUMNS, rows, &mut differences)?;
    compare_outside_window(db, run_id, expected, &mut differences)?;
    Ok(differences)
}

/// Returns a difference if an exported triage file has its accounts in another order.
pub(crate) fn compare_order(
    exported_accounts: &[String],
    world: &World,
    expected: &Expected,
) -> Option<String> {
    let rows = exceptions(expected, world);
    let accounts: Vec<_> = rows.into_iter().map(|row| row.sf_account_id).collect();
    (accounts != exported_accounts).then(|| {
        format!("exceptions_by_account is in the order {exported_accounts:?}, expected {accounts:?}")
    })
}

/// Returns a line for every difference between the stored findings and the model's, class by class.
///
/// Compared are the account (not of hygiene findings, save `stored_org_id_dangling`) and the id of the view's own kind.
pub(crate) fn compare_findings(
    db: &Connection,
    run_id: &dyn ToSql,
    findings: &BTreeSet<Finding>,
) -> rusqlite::Result<Vec<String>> {
    let mut actual: Vec<Cells> = Vec::new();
    for (view, id) in FINDING_VIEWS {
        let sql = format!("select class, account_id, {id} from {view} where run_id = ?");
        let mut statement = db.prepare(&sql)?;
        let rows = statement.query_map([run_id], |row| {
            (0..3).map(|column| row.get(column).map(text)).collect::<rusqlite::Result<Cells>>()
        })?;
        for row in rows {
            let mut row = row?;
            let class = FindingClass::ALL.iter().find(|class| class.name() == row[0]);
            match class {
                Some(FindingClass::StoredOrgIdDangling) => row[2].clear(),
                Some(class) if class.is_hygiene() => row[1].clear(),
                _ => {}
            }
            actual.push(row);
        }
    }
    let mut differences = Vec::new();
    for wanted in findings.iter().map(finding_cells) {
        match actual.iter().position(|found| *found == wanted) {
            Some(place) => drop(actual.swap_remove(place)),
            None => differences.push(format!("findings: {wanted:?} is missing")),
        }
    }
    differences.extend(actual.iter().map(|row| format!("findings: {row:?} is not expected")));
    Ok(differences)
}

/// The views of findings, each with the column of its own id.
pub(crate) const FINDING_VIEWS: [(&str, &str); 3] = [
    ("organization_findings", "organization_id"),
    ("user_findings", "user_id"),
    ("ticket_findings", "ticket_id"),
];

/// The expected class, account and id of a finding.
pub(crate) fn finding_cells(finding: &Finding) -> Cells {
    let id = finding.ticket_id.or(finding.user_id).or(finding.organization_id);
    vec![finding.class.name().to_owned(), finding.account_id.clone().unwrap_or_default(), number(id)]
}

/// The cells of one row, in the order of the columns.
type Cells = Vec<String>;

fn compare_view(
    db: &Connection,
    run_id: &dyn ToSql,
    view: &str,
    columns: &[&str],
    expected: Vec<Cells>,
    differences: &mut Vec<String>,
) -> rusqlite::Result<()> {
    let codes: Vec<_> = Code::ALL.iter().map(|code| format!("'{}'", code.name())).collect();
    let only_drift = match view {
        "issues" => format!(" and code in ({})", codes.join(", ")),
        _ => String::new(),
    };
    let sql = format!("select {} from {view} where run_id = ?{only_drift}", columns.join(", "));
    let mut statement = db.prepare(&sql)?;
    let rows = statement.query_map([run_id], |row| {
        (0..columns.len()).map(|column| row.get(column).map(text)).collect::<rusqlite::Result<Cells>>()
    })?;
    let mut actual: BTreeMap<String, Cells> = BTreeMap::new();
    for row in rows {
        let row = row?;
        let key = row[0].clone();
        if actual.insert(key.clone(), row).is_some() {
            differences.push(format!("{view}: {key} is there twice"));
        }
    }
    for wanted in expected {
        let key = &wanted[0];
        let Some(found) = actual.remove(key) else {
            differences.push(format!("{view}: {key} is missing, expected {wanted:?}"));
            continue;
        };
        for ((column, wanted), found) in columns.iter().zip(&wanted).zip(&found) {
            if wanted != found {
                differences.push(format!("{view}: {key}: {column} is {found:?}, expected {wanted:?}"));
            }
        }
    }
    differences.extend(actual.iter().map(|(key, row)| format!("{view}: {key} is not expected: {row:?}")));
    Ok(())
}

fn compare_outside_window(
    db: &Connection,
    run_id: &dyn ToSql,
    expected: &Expected,
    differences: &mut Vec<String>,
) -> rusqlite::Result<()> {
    let sql = "select outside_window_count from run_coverage where run_id = ? and code = ?";
    let mut statement = db.prepare(sql)?;
    for (code, wanted) in &expected.outside_window {
        let name = code.name();
        let found: Option<i64> = statement.query_row((run_id, name), |row| row.get(0))?;
        if found != Some(*wanted) {
            differences
                .push(format!("run_coverage: {name}: outside_window_count is {found:?}, expected {wanted}"));
        }
    }
    Ok(())
}

/// The expected row of `account_links`.
pub(crate) fn link_cells(link: &Link) -> Cells {
    vec![
        link.account_id.clone(),
        link.link_state.name().to_owned(),
        number(link.organization_id),
        name(link.match_rule.map(MatchRule::name)),
    ]
}

/// The expected row of `issues`.
pub(crate) fn issue_cells(issue: &Issue) -> Cells {
    vec![
        issue.issue_key.clone(),
        issue.code.name().to_owned(),
        issue.code.layer().name().to_owned(),
        issue.code.severity().name().to_owned(),
        issue.account_id.clone(),
        issue.subject_kind.name().to_owned(),
        issue.subject_id.clone(),
        number(issue.organization_id),
        number(issue.user_id),
        number(issue.ticket_id),
        issue.domain.clone().unwrap_or_default(),
        issue.disposition.name().to_owned(),
        name(issue.action.map(Action::name)),
        name(issue.blocked_reason.map(Reason::name)),
        issue.suggested_action.name().to_owned(),
        issue.root_issue_key.clone().unwrap_or_default(),
    ]
}

/// The expected row of `exceptions_by_account`.
pub(crate) fn exception_cells(row: &ExceptionRow) -> Cells {
    vec![
        row.sf_account_id.clone(),
        row.account_name.clone(),
        row.owner.clone().unwrap_or_default(),
        row.triage_status.to_owned(),
        row.total_issue_count.to_string(),
        row.prepared_action_count.to_string(),
        row.blocked_action_count.to_string(),
        row.review_count.to_string(),
        row.detect_only_count.to_string(),
        "0".to_owned(),
        row.max_severity.name().to_owned(),
        row.top_issue_codes.clone(),
        row.top_blocked_reasons.clone(),
        number(row.zendesk_org_id),
        row.link_state.name().to_owned(),
    ]
}

fn number(id: Option<i64>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn name(name: Option<&str>) -> String {
    name.unwrap_or_default().to_owned()
}

fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}
