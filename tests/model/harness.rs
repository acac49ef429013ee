//! The comparison of the model's answer with what a warehouse says under its public names.
//!
//! Null and empty text count as equal, and an id as text equals the id as a number: the documentation leaves both
//! open in places. The rows of `issues` are narrowed to the twelve codes, in case hygiene findings are there too.
//! `run_coverage.reason` is text: it must hold the word of one of the model's reasons. `candidate_orgs` has a line for each
//! organization, which must begin with its id. Keys of evidence are not compared, nor links to organizations of which a
//! deciding key is absent everywhere: the text does not say what such links are.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value;
use rusqlite::{Connection, ToSql};

use super::causes::Cause;
use super::exceptions::{ExceptionRow, exceptions};
use super::expect::Expected;
use super::findings::Finding;
use super::issue::Issue;
use super::link::Link;
use super::names::{Action, Code, FindingClass, MatchRule, NotEvaluated, Reason, SuggestedAction};
use super::world::World;

/// The columns of `account_links` that are compared; the first is the key.
pub(crate) const LINK_COLUMNS: [&str; 4] = ["account_id", "link_state", "organization_id", "match_rule"];

/// The columns of `issues` that are compared; the first is the key.
pub(crate) const ISSUE_COLUMNS: [&str; 20] = [
    "issue_key",
    "code",
    "layer",
    "severity",
    "severity_rank",
    "account_id",
    "owner",
    "subject_kind",
    "subject_id",
    "organization_id",
    "actual_organization_id",
    "email_domain",
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
pub(crate) const EXCEPTION_COLUMNS: [&str; 19] = [
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
    "affected_user_count",
    "affected_open_ticket_count",
    "top_issue_codes",
    "top_blocked_reasons",
    "zendesk_org_id",
    "candidate_orgs",
    "link_state",
    "match_rule",
];

/// The columns of `causes` that are compared; the first two are the key.
pub(crate) const CAUSE_COLUMNS: [&str; 7] =
    ["cause_kind", "cause_id", "issue_count", "account_count", "user_count", "open_ticket_count", "codes"];

/// Returns a line for every difference between a run in the database and the model's answer; none means equal.
pub(crate) fn compare(
    db: &Connection,
    run_id: &dyn ToSql,
    world: &World,
    expected: &Expected,
) -> rusqlite::Result<Vec<String>> {
    let mut differences = Vec::new();
    let links = expected.links.iter().map(link_cells).collect();
    let issues = expected.issues.iter().map(|issue| issue_cells(issue, world)).collect();
    let rows = exceptions(expected, world);
    let rows = rows.iter().map(exception_cells).collect();
    let of_organizations = &expected.coverage[Code::OrgDuplicateExternalId.name()];
    if !of_organizations.contains(&NotEvaluated::FieldAbsent) {
        compare_view(db, run_id, "account_links", &LINK_COLUMNS, links, &mut differences)?;
    }
    compare_view(db, run_id, "issues", &ISSUE_COLUMNS, issues, &mut differences)?;
    compare_view(db, run_id, "exceptions_by_account", &EXCEPTION_COLUMNS, rows, &mut differences)?;
    compare_coverage(db, run_id, expected, &mut differences)?;
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
/// Compared are the account (not of hygiene findings, save `stored_org_id_dangling`), the id of the view's own kind, and
/// the suggested action (not of hygiene findings, save `orphan_org`).
pub(crate) fn compare_findings(
    db: &Connection,
    run_id: &dyn ToSql,
    findings: &BTreeSet<Finding>,
) -> rusqlite::Result<Vec<String>> {
    let mut actual: Vec<Cells> = Vec::new();
    for (view, id) in FINDING_VIEWS {
        let sql = format!("select class, account_id, {id}, suggested_action from {view} where run_id = ?");
        let mut statement = db.prepare(&sql)?;
        let rows = statement.query_map([run_id], |row| {
            (0..4).map(|column| row.get(column).map(text)).collect::<rusqlite::Result<Cells>>()
        })?;
        for row in rows {
            let mut row = row?;
            let class = FindingClass::ALL.iter().find(|class| class.name() == row[0]);
            if class.is_some_and(|class| class.is_hygiene() && *class != FindingClass::OrphanOrg) {
                row[3].clear();
            }
            match class {
                Some(FindingClass::StoredOrgIdDangling) => row[2].clear(),
                Some(class) if class.is_hygiene() => row[1].clear(),
                _ => {}
            }
            actual.push(row);
        }
    }
    Ok(unequal("findings", findings.iter().map(finding_cells), actual))
}

/// Returns a line for every difference between the stored causes and the model's.
pub(crate) fn compare_causes(
    db: &Connection,
    run_id: &dyn ToSql,
    causes: &[Cause],
) -> rusqlite::Result<Vec<String>> {
    let sql = format!("select {} from causes where run_id = ?", CAUSE_COLUMNS.join(", "));
    let mut statement = db.prepare(&sql)?;
    let rows = statement.query_map([run_id], |row| {
        (0..CAUSE_COLUMNS.len()).map(|column| row.get(column).map(text)).collect::<rusqlite::Result<Cells>>()
    })?;
    let actual = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(unequal("causes", causes.iter().map(cause_cells), actual))
}

/// Returns a line for every row that only one side has.
fn unequal(view: &str, expected: impl Iterator<Item = Cells>, mut actual: Vec<Cells>) -> Vec<String> {
    let mut differences = Vec::new();
    for wanted in expected {
        match actual.iter().position(|found| *found == wanted) {
            Some(place) => drop(actual.swap_remove(place)),
            None => differences.push(format!("{view}: {wanted:?} is missing")),
        }
    }
    differences.extend(actual.iter().map(|row| format!("{view}: {row:?} is not expected")));
    differences
}

/// The views of findings, each with the column of its own id.
pub(crate) const FINDING_VIEWS: [(&str, &str); 3] = [
    ("organization_findings", "organization_id"),
    ("user_findings", "user_id"),
    ("ticket_findings", "ticket_id"),
];

/// The expected class, account, id and suggested action of a finding.
pub(crate) fn finding_cells(finding: &Finding) -> Cells {
    let id = finding.ticket_id.or(finding.user_id).or(finding.organization_id);
    vec![
        finding.class.name().to_owned(),
        finding.account_id.clone().unwrap_or_default(),
        number(id),
        name(finding.suggested_action.map(SuggestedAction::name)),
    ]
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
    let candidates = columns.iter().position(|column| *column == "candidate_orgs");
    for row in rows {
        let mut row = row?;
        if let Some(cell) = candidates.map(|column| &mut row[column]) {
            *cell = leading_ids(cell);
        }
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

fn compare_coverage(
    db: &Connection,
    run_id: &dyn ToSql,
    expected: &Expected,
    differences: &mut Vec<String>,
) -> rusqlite::Result<()> {
    let sql = "select is_evaluated, coalesce(reason, '') from run_coverage where run_id = ? and code = ?";
    let mut statement = db.prepare(sql)?;
    for (code, reasons) in &expected.coverage {
        let (is_evaluated, reason): (bool, String) =
            statement.query_row((run_id, code), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let is_named = reasons.iter().any(|wanted| reason.contains(wanted.name()));
        if is_evaluated != reasons.is_empty() || is_evaluated == is_named {
            differences.push(format!(
                "run_coverage: {code}: is_evaluated is {is_evaluated} ({reason:?}), expected {reasons:?}"
            ));
        }
    }
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
pub(crate) fn issue_cells(issue: &Issue, world: &World) -> Cells {
    let account = world.accounts.iter().find(|account| account.id == issue.account_id);
    vec![
        issue.issue_key.clone(),
        issue.code.name().to_owned(),
        issue.code.layer().name().to_owned(),
        issue.code.severity().name().to_owned(),
        issue.code.severity().rank().to_string(),
        issue.account_id.clone(),
        account.and_then(|account| account.owner.clone()).unwrap_or_default(),
        issue.subject_kind.name().to_owned(),
        issue.subject_id.clone(),
        number(issue.organization_id),
        number(issue.actual_organization_id),
        issue.email_domain.clone().unwrap_or_default(),
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
    let candidates: Vec<_> = row.candidate_orgs.iter().map(ToString::to_string).collect();
    vec![
        row.sf_account_id.clone(),
        row.account_name.clone(),
        row.owner.clone().unwrap_or_default(),
        row.triage_status.name().to_owned(),
        row.total_issue_count.to_string(),
        row.prepared_action_count.to_string(),
        row.blocked_action_count.to_string(),
        row.review_count.to_string(),
        row.detect_only_count.to_string(),
        "0".to_owned(),
        row.max_severity.name().to_owned(),
        row.affected_user_count.to_string(),
        row.affected_open_ticket_count.to_string(),
        row.top_issue_codes.clone(),
        row.top_blocked_reasons.clone(),
        number(row.zendesk_org_id),
        candidates.join(" "),
        row.link_state.name().to_owned(),
        name(row.match_rule.map(MatchRule::name)),
    ]
}

/// The expected row of `causes`.
pub(crate) fn cause_cells(cause: &Cause) -> Cells {
    vec![
        cause.kind.name().to_owned(),
        cause.id.clone(),
        cause.issue_count.to_string(),
        cause.account_count.to_string(),
        cause.user_count.to_string(),
        cause.open_ticket_count.to_string(),
        cause.codes.clone(),
    ]
}

/// The ids with which the lines of a cell begin.
fn leading_ids(cell: &str) -> String {
    let ids = cell.lines().map(|line| line.split(|letter: char| !letter.is_ascii_digit()).next());
    ids.map(Option::unwrap_or_default).collect::<Vec<_>>().join(" ")
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
