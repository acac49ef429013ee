//! Every rule over every case of `fixtures/rules/`, through the real ingest and audit.
//!
//! A case is a folder: one CSV for each collection (a missing file is an empty collection), `expect.csv` with
//! every issue and hygiene finding of all rules, `case.txt` with the point of it. `options.csv` holds what
//! differs from the defaults. Cells are taken as they are, white space included.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use orgdrift::audit::{AuditOptions, audit};
use orgdrift::catalog;
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::model::{Layer, Repair};
use orgdrift::warehouse::Warehouse;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::catalog::rules::evidence_fits;
use crate::common::{clock, new_warehouse, root};

/// When the records of a case were read.
const TAKEN_AT: &str = "2026-11-02T06:00:00Z";

/// One row of `expect.csv`: code, account, subject, domain, organization, disposition, action, reason.
type Cells = Vec<String>;

const HEADER: &str = "code,account_id,subject_id,domain,organization_id,disposition,action,blocked_reason";

#[test]
fn every_case_has_exactly_the_findings_that_it_expects() {
    let cases = all_found();
    assert!(cases.len() >= 209, "only {} cases were found", cases.len());
    let failures: BTreeMap<&Path, String> = cases
        .iter()
        .filter_map(|(case, found)| Some((case.as_path(), difference(case, &found.rows)?)))
        .collect();
    let mut message = String::new();
    for (case, difference) in &failures {
        let point = fs::read_to_string(case.join("case.txt")).unwrap_or_default();
        write!(message, "\n{}\n  {}\n{difference}", name(case), point.trim()).unwrap();
    }
    assert!(failures.is_empty(), "{} of {} cases differ:{message}", failures.len(), cases.len());
}

#[test]
fn a_case_says_what_its_name_promises() {
    for case in cases() {
        let folder = name(&case);
        let (code, case_name) = folder.split_once('/').unwrap();
        let has_hit = rows(&case, "expect.csv").iter().any(|row| row["code"] == code);
        match case_name {
            hit if hit.starts_with("hit_") => assert!(has_hit, "{folder} expects no {code}"),
            miss if miss.starts_with("near_miss_") => assert!(!has_hit, "{folder} expects {code}"),
            _ => panic!("{folder} is neither a hit nor a near miss"),
        }
        let point = fs::read_to_string(case.join("case.txt")).unwrap();
        assert!(!point.trim().is_empty(), "{folder} does not say what it is for");
    }
}

#[test]
fn clean_data_have_no_finding_of_any_rule() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_warehouse(folder.path());
    let clean = root().join("fixtures/clean");
    let warehouse = Warehouse::open_for_writing(&path).unwrap();
    ingest_file(&warehouse, &clean.join("accounts.csv"), &SalesforceOptions::default(), &clock()).unwrap();
    ingest_folder(&warehouse, &clean.join("zendesk"), &ZendeskOptions::default(), &clock()).unwrap();
    let report = audit(&warehouse, &AuditOptions::default(), &clock()).unwrap();
    assert_eq!(report.codes.len(), catalog::rules().len());
    for code in &report.codes {
        assert_eq!(code.not_evaluated, None, "{} was not evaluated", code.code);
        assert_eq!(code.total, Some(0), "{} has findings on clean data", code.code);
        assert!(code.outside_window.is_none_or(|count| count == 0), "{}", code.code);
    }
    drop(warehouse);
    let database = Connection::open(&path).unwrap();
    let of_views =
        ["organization_findings", "user_findings", "ticket_findings", "issues", "exceptions_by_account"];
    let of_rules = catalog::rules();
    for view in of_views.into_iter().map(str::to_owned).chain(of_rules.iter().map(catalog::Rule::view_name)) {
        let count: i64 =
            database.query_row(&format!("select count(*) from {view}"), [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0, "{view} has rows on clean data");
    }
}

/// The words of support operations: where they are listed, the class, the code behind it.
pub(crate) fn classes() -> Vec<(&'static str, String, &'static str)> {
    let noun = |layer| match layer {
        Layer::Organization => "orgs",
        Layer::User => "users",
        Layer::Ticket => "tickets",
    };
    let of_rule = |rule: &catalog::Rule| -> Vec<_> {
        rule.classes().map(|class| (noun(rule.layer), class.to_owned(), rule.code)).collect()
    };
    catalog::rules().iter().flat_map(of_rule).collect()
}

#[test]
fn every_class_of_findings_comes_up_and_every_issue_is_said_in_the_same_sentence() {
    let mut found = BTreeSet::new();
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (case, of_case) in all_found().iter().filter(|(case, _)| name(case).contains("/hit_")) {
        for (code, sentence) in &of_case.sentences {
            if name(case).starts_with(&format!("{code}/")) {
                said.entry(code.clone()).or_default().insert(sentence.clone());
            }
        }
        for (noun, class, key, memberships) in &of_case.findings {
            match class.as_str() {
                "unassigned" => assert_eq!(*memberships, Some(0), "{}: {key}", name(case)),
                "assigned_to_nonmatching_org" => assert_ne!(*memberships, Some(0), "{}: {key}", name(case)),
                _ => {}
            }
            found.insert((noun.clone(), class.clone(), key.split('/').next().unwrap().to_owned()));
        }
    }
    let wanted: BTreeSet<_> =
        classes().into_iter().map(|(noun, class, code)| (noun.into(), class, code.into())).collect();
    assert_eq!(found, wanted);
    for (code, sentences) in said {
        are_pinned(&code, sentences);
    }
}

/// Reads what people are told about the issues of a case, and holds their evidence to the headers of their rules.
fn sentences(case: &Path, database: &Connection, run_id: i64) -> Vec<(String, String)> {
    let rules = catalog::rules();
    let mut statement =
        database.prepare("select code, reason, evidence from _issue_details where run_id = ?1").unwrap();
    let mut rows = statement.query([run_id]).unwrap();
    let mut sentences = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let (code, reason, evidence): (String, String, String) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
        assert!(!reason.contains(['{', '}']), "{}: {reason}", name(case));
        evidence_fits(rules.iter().find(|rule| rule.code == code).unwrap(), &evidence);
        sentences.push((code, reason));
    }
    sentences
}

/// Compares the sentences about the issues of a rule with those of `reasons.txt` beside its cases.
fn are_pinned(code: &str, sentences: BTreeSet<String>) {
    let path = root().join("fixtures/rules").join(code).join("reasons.txt");
    let text = sentences.into_iter().map(|sentence| sentence + "\n").collect::<String>();
    if std::env::var_os("ORGDRIFT_BLESS").is_some_and(|value| value == "1") {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "{}", path.display());
}

#[test]
fn two_rows_of_one_issue_key_are_an_error_that_names_the_rule_and_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_warehouse(folder.path());
    let demo = root().join("fixtures/demo");
    let warehouse = Warehouse::open_for_writing(&path).unwrap();
    ingest_file(&warehouse, &demo.join("accounts.csv"), &SalesforceOptions::default(), &clock()).unwrap();
    ingest_folder(&warehouse, &demo.join("zendesk"), &ZendeskOptions::default(), &clock()).unwrap();
    let database = Connection::open(&path).unwrap();
    let rules = catalog::rules();
    let rule = rules.iter().find(|rule| rule.code == "org_missing_external_id").unwrap();
    let view = rule.view_name();
    database
        .execute_batch(&format!(
            "create view once as {}; drop view {view};
             create view {view} as select * from once union all select * from once",
            rule.sql
        ))
        .unwrap();
    let error = audit(&warehouse, &AuditOptions::default(), &clock()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the rule org_missing_external_id gives two rows with the issue key \
         org_missing_external_id/001ACME00100000YDA/21700000001013"
    );
    let runs: i64 = database.query_row("select count(*) from runs", [], |row| row.get(0)).unwrap();
    assert_eq!(runs, 0, "nothing of the run remains");
}

/// The folders of all cases, in the order of their names.
fn cases() -> Vec<PathBuf> {
    let folders = |folder: &Path| {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    };
    let mut cases: Vec<_> =
        folders(&root().join("fixtures/rules")).flat_map(|rule| folders(&rule).collect::<Vec<_>>()).collect();
    cases.sort();
    cases
}

/// `<code>/<case>`.
fn name(case: &Path) -> String {
    let part = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    format!("{}/{}", part(case.parent().unwrap()), part(case))
}

/// What the program finds in a case.
struct FoundInCase {
    rows: Vec<Cells>,
    /// Code and sentence of each issue.
    sentences: Vec<(String, String)>,
    /// Noun, class and issue key of each finding; of a user, how many memberships.
    findings: Vec<(String, String, String, Option<i64>)>,
}

/// What the program finds in every case, in the order of their names. Each is audited once for all tests.
fn all_found() -> &'static [(PathBuf, FoundInCase)] {
    static FOUND: LazyLock<Vec<(PathBuf, FoundInCase)>> = LazyLock::new(|| {
        let cases = cases();
        let next = AtomicUsize::new(0);
        let all = Mutex::new(Vec::new());
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let found = found(case);
                        all.lock().unwrap().push((case.clone(), found));
                    }
                });
            }
        });
        let mut all = all.into_inner().unwrap();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        all
    });
    &FOUND
}

fn found(case: &Path) -> FoundInCase {
    let folder = tempfile::tempdir().unwrap();
    let (database, run_id) = audited(case, folder.path());
    FoundInCase {
        rows: actual(&database, run_id),
        sentences: sentences(case, &database, run_id),
        findings: findings(&database, run_id),
    }
}

/// The findings of a case as people see them.
fn findings(database: &Connection, run_id: i64) -> Vec<(String, String, String, Option<i64>)> {
    let mut statement = database
        .prepare(
            "select 'orgs', class, issue_key, null from organization_findings where run_id = ?1
             union all
             select 'users', f.class, f.issue_key,
               (select count(*) from zendesk_organization_memberships as m
                where m.user_id = f.user_id)
             from user_findings as f where f.run_id = ?1
             union all
             select 'tickets', class, issue_key, null from ticket_findings where run_id = ?1",
        )
        .unwrap();
    let rows = statement
        .query_map([run_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// What a case expects and the program does not say, and the other way round.
fn difference(case: &Path, found: &[Cells]) -> Option<String> {
    let mut missing = expected(case);
    let mut unexpected = found.to_vec();
    unexpected.retain(|row| match missing.iter().position(|wanted| wanted == row) {
        Some(at) => {
            missing.remove(at);
            false
        }
        None => true,
    });
    let mut text = String::new();
    for (what, rows) in [("expected, but not found", missing), ("found, but not expected", unexpected)] {
        for row in rows {
            writeln!(text, "  {what}: {}", row.join(",")).unwrap();
        }
    }
    (!text.is_empty()).then_some(text)
}

fn expected(case: &Path) -> Vec<Cells> {
    rows(case, "expect.csv")
        .into_iter()
        .map(|row| HEADER.split(',').map(|column| row[column].clone()).collect())
        .collect()
}

/// Ingests and audits the case in a folder. Returns the warehouse and the run.
fn audited(case: &Path, folder: &Path) -> (Connection, i64) {
    let path = new_warehouse(folder);
    let options: BTreeMap<_, _> = rows(case, "options.csv")
        .into_iter()
        .map(|mut row| (row.remove("key").unwrap(), row.remove("value").unwrap()))
        .collect();
    let option = |key: &str| options.get(key).map(String::as_str);
    let zendesk = folder.join("zendesk");
    write_zendesk(case, &zendesk, option("multiple_organizations"));

    let warehouse = Warehouse::open_for_writing(&path).unwrap();
    ingest_file(&warehouse, &case.join("accounts.csv"), &SalesforceOptions::default(), &clock()).unwrap();
    ingest_folder(&warehouse, &zendesk, &ZendeskOptions::default(), &clock()).unwrap();
    let options = AuditOptions {
        ticket_window_days: match option("ticket_window") {
            None => AuditOptions::default().ticket_window_days,
            Some("all") => None,
            Some(days) => Some(days.parse().unwrap()),
        },
        allow_shared_tickets: option("allow_shared_tickets").is_some_and(boolean),
        trust_stored_ids: option("trust_stored_ids").is_some_and(boolean),
        repairs_off: option("repairs_off").map(|name| Repair::from_text(name).unwrap()).into_iter().collect(),
        ..AuditOptions::default()
    };
    let report = audit(&warehouse, &options, &clock()).unwrap();
    // Cases without any usable domain are about what is left then.
    for code in report.codes.iter().filter(|code| code.not_evaluated.as_deref() != Some("no_domains")) {
        assert_eq!(code.not_evaluated, None, "{}: {} was not evaluated", name(case), code.code);
    }
    assert_eq!(report.codes.len(), catalog::rules().len());
    let run_id = report.run.run_id;
    drop(warehouse);
    (Connection::open(&path).unwrap(), run_id)
}

/// What the program finds; a hygiene finding has neither disposition nor action nor reason here.
fn actual(database: &Connection, run_id: i64) -> Vec<Cells> {
    let mut statement = database
        .prepare(
            "select v.code, v.account_id, v.subject_id, v.domain, cast(v.organization_id as text),
               case when q.family = 'drift' then v.disposition end,
               case when q.family = 'drift' then v.action end,
               case when q.family = 'drift' then v.blocked_reason end
             from _issue_versions as v
             join rule_versions as q on q.code = v.code and q.version = v.rule_version
             where v.valid_from <= ?1 and ?1 < v.valid_to
             order by v.issue_key",
        )
        .unwrap();
    let rows = statement.query_map([run_id], |row| {
        (0..8).map(|at| Ok(row.get::<_, Option<String>>(at)?.unwrap_or_default())).collect()
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// Writes the folder that a fetch would have left.
fn write_zendesk(case: &Path, folder: &Path, multiple_organizations: Option<&str>) {
    fs::create_dir(folder).unwrap();
    let write = |name: &str, records: Vec<Value>| {
        let mut lines = String::new();
        for record in records {
            writeln!(lines, "{record}").unwrap();
        }
        fs::write(folder.join(name), lines).unwrap();
    };
    let all = |file: &str, record: fn(&Row) -> Value| rows(case, file).iter().map(record).collect();
    write("organizations.ndjson", all("organizations.csv", organization));
    write("users.ndjson", all("users.csv", user));
    write("organization_memberships.ndjson", all("memberships.csv", membership));
    write("tickets.ndjson", all("tickets.csv", ticket));
    let manifest = json!({"subdomain": "rule-cases", "account_id": 7, "taken_at": TAKEN_AT});
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    if multiple_organizations != Some("unknown") {
        let is_allowed = multiple_organizations.is_none_or(boolean);
        let settings = json!({"settings": {"user": {"multiple_organizations": is_allowed}}});
        fs::write(folder.join("account_settings.json"), settings.to_string()).unwrap();
    }
}

/// A cell of an optional column whose key the record does not have. Without the column, organizations have no fields
/// and users no ticket restriction.
const ABSENT: &str = "absent";

/// The cells of a row by the names of their columns.
type Row = BTreeMap<String, String>;

/// The rows of a file of the case; none if it has no such file.
fn rows(case: &Path, file: &str) -> Vec<Row> {
    let path = case.join(file);
    if !path.exists() {
        return Vec::new();
    }
    // No trimming: white space is the point of some cells.
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::None).from_path(&path).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    if file == "expect.csv" {
        assert_eq!(header.join(","), HEADER, "{}", path.display());
    }
    reader
        .records()
        .map(|record| header.iter().cloned().zip(record.unwrap().iter().map(str::to_owned)).collect())
        .collect()
}

fn boolean(cell: &str) -> bool {
    match cell {
        "true" => true,
        "false" => false,
        other => panic!("{other:?} is neither true nor false"),
    }
}

fn integer(cell: &str) -> Option<i64> {
    (!cell.is_empty()).then(|| cell.parse().unwrap())
}

fn text(cell: &str) -> Option<&str> {
    (!cell.is_empty()).then_some(cell)
}

fn organization(row: &Row) -> Value {
    let fields = row.get("organization_fields").map_or("", String::as_str);
    let record = json!({
        "id": integer(&row["id"]),
        "name": row["name"],
        "external_id": text(&row["external_id"]),
        "domain_names": row["domain_names"].split(' ').filter(|name| !name.is_empty()).collect::<Vec<_>>(),
        "shared_tickets": boolean(&row["shared_tickets"]),
        "shared_comments": boolean(&row["shared_comments"]),
        "created_at": "2025-01-02T03:04:05Z",
        "updated_at": "2026-10-02T03:04:05Z",
    });
    let fields = if fields.is_empty() { "{}" } else { fields };
    with(record, "organization_fields", (fields != ABSENT).then(|| serde_json::from_str(fields).unwrap()))
}

/// The record with a key, or without it: what an export left out.
fn with(mut record: Value, key: &str, value: Option<Value>) -> Value {
    if let Some(value) = value {
        record[key] = value;
    }
    record
}

fn user(row: &Row) -> Value {
    let restriction = row.get("ticket_restriction").map_or("", String::as_str);
    let record = json!({
        "id": integer(&row["id"]),
        "name": row["name"],
        "email": text(&row["email"]),
        "external_id": null,
        "role": row["role"],
        "verified": boolean(&row["verified"]),
        "active": boolean(&row["active"]),
        "suspended": boolean(&row["suspended"]),
        "shared": boolean(&row["shared"]),
        "organization_id": integer(&row["organization_id"]),
        "created_at": "2025-01-02T03:04:05Z",
        "updated_at": "2026-10-02T03:04:05Z",
    });
    with(record, "ticket_restriction", (restriction != ABSENT).then(|| json!(text(restriction))))
}

fn membership(row: &Row) -> Value {
    json!({
        "id": integer(&row["id"]),
        "user_id": integer(&row["user_id"]),
        "organization_id": integer(&row["organization_id"]),
        "default": boolean(&row["default"]),
        "created_at": "2025-01-02T03:04:05Z",
        "updated_at": "2026-10-02T03:04:05Z",
    })
}

fn ticket(row: &Row) -> Value {
    json!({
        "id": integer(&row["id"]),
        "requester_id": integer(&row["requester_id"]),
        "organization_id": integer(&row["organization_id"]),
        "status": row["status"],
        "created_at": row["created_at"],
        "updated_at": "2026-10-25T03:04:05Z",
        "via": {"channel": "email"},
        "brand_id": null,
    })
}
