//! The comparison with a database, the files and the shrinking, tried without the program.

use rusqlite::Connection;
use rusqlite::types::ToSql;

use super::causes::causes;
use super::exceptions::exceptions;
use super::expect::{Expected, expect};
use super::findings::{Finding, findings};
use super::generate::{generate_whole, personal_domains};
use super::harness::{
    CAUSE_COLUMNS, EXCEPTION_COLUMNS, FINDING_VIEWS, ISSUE_COLUMNS, LINK_COLUMNS, cause_cells, compare,
    compare_causes, compare_findings, compare_order, exception_cells, finding_cells, issue_cells, link_cells,
};
use super::names::Action;
use super::shrink::shrink;
use super::world::{Collection, Trouble, World};

#[test]
fn a_world_is_written_as_files() {
    let dir = std::env::temp_dir().join(format!("drift-model-{}", std::process::id()));
    let world = generate_whole(7);
    world.write(&dir).unwrap();
    let mut reader = csv::Reader::from_path(dir.join("accounts.csv")).unwrap();
    assert_eq!(reader.records().map(Result::unwrap).count(), world.accounts.len());
    let users = std::fs::read_to_string(dir.join("zendesk/users.ndjson")).unwrap();
    assert_eq!(users.lines().count(), world.users().len());
    let manifest = std::fs::read_to_string(dir.join("zendesk/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(
        manifest,
        serde_json::json!({"subdomain": "model", "account_id": 1, "taken_at": "2026-11-01T00:00:00Z"})
    );
    // Default settings need no file.
    assert!(!dir.join("orgdrift.toml").exists() && !dir.join("accounts-before.csv").exists());
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_world_that_is_not_read_whole_is_written_as_files() {
    let dir = std::env::temp_dir().join(format!("drift-model-parts-{}", std::process::id()));
    let mut world = generate_whole(7);
    world.accounts[0].trouble = Some(Trouble::BadFlag);
    world.accounts[1].trouble = Some(Trouble::Short { has_earlier: true });
    world.reading.appended.insert(Collection::Users);
    world.reading.skipped.insert(Collection::Tickets);
    world.reading.absent.push((Collection::Memberships, "default"));
    world.users[0].absent = vec!["role"];
    world.settings.account_id_field = Some("crm_id");
    world.settings.rules_off = vec!["orphan_org"];
    world.settings.repairs_off = vec![Action::AddOrgDomain];
    world.settings.trust_stored_ids = true;
    world.write(&dir).unwrap();
    let read = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap();
    let accounts = read("accounts.csv");
    assert!(accounts.contains(",perhaps,"), "{accounts}");
    assert!(accounts.lines().any(|line| line == world.accounts[1].id_cell), "{accounts}");
    assert_eq!(read("accounts-before.csv").lines().count(), 2);
    assert_eq!(read("zendesk/users-1.ndjson"), read("zendesk/users-2.ndjson"));
    let first: serde_json::Value =
        serde_json::from_str(read("zendesk/users-1.ndjson").lines().next().unwrap()).unwrap();
    assert!(first.get("role").is_none() && first.get("email").is_some());
    assert!(!read("zendesk/organization_memberships.ndjson").contains("\"default\""));
    assert!(!dir.join("zendesk/tickets.ndjson").exists());
    assert_eq!(
        read("orgdrift.toml"),
        "[zendesk]\naccount_id_field = \"crm_id\"\n[rules]\noff = [\"orphan_org\"]\n\
         [repairs]\noff = [\"add_org_domain\"]\ntrust_stored_ids = true\n"
    );
    std::fs::remove_dir_all(dir).unwrap();
}

/// The harness is tried on a database that holds the model's own answer, and on one with a cell changed.
#[test]
fn the_comparison_sees_a_difference() {
    let world = generate_whole(3);
    let expected = expect(&world, &personal_domains());
    let db = database_of(&world, &expected);
    let differences = compare(&db, &1, &world, &expected).unwrap();
    assert_eq!(differences, Vec::<String>::new());

    db.execute("update issues set blocked_reason = 'x' where blocked_reason is not null", []).unwrap();
    db.execute("delete from account_links where account_id = ?", [&world.accounts[0].id]).unwrap();
    let differences = compare(&db, &1, &world, &expected).unwrap();
    assert!(differences.iter().any(|line| line.contains("blocked_reason is \"x\"")));
    assert!(differences.iter().any(|line| line.contains("is missing")));

    let found = findings(&expected, &world, &personal_domains());
    let differences = compare_findings(&db, &1, &found).unwrap();
    assert_eq!(differences, Vec::<String>::new());
    db.execute_batch("delete from user_findings").unwrap();
    let differences = compare_findings(&db, &1, &found).unwrap();
    assert!(differences.iter().all(|line| line.ends_with("is missing")) && !differences.is_empty());

    let causes = causes(&expected, &found, &world);
    assert_eq!(compare_causes(&db, &1, &causes).unwrap(), Vec::<String>::new());
    db.execute_batch("update causes set issue_count = issue_count + 1").unwrap();
    assert_eq!(compare_causes(&db, &1, &causes).unwrap().len(), 2 * causes.len());

    db.execute_batch("update run_coverage set is_evaluated = 0, reason = 'switched_off'").unwrap();
    let differences = compare(&db, &1, &world, &expected).unwrap();
    let of_coverage = differences.iter().filter(|line| line.starts_with("run_coverage"));
    assert_eq!(of_coverage.count(), expected.coverage.len());

    let rows = exceptions(&expected, &world);
    let mut order: Vec<_> = rows.into_iter().map(|row| row.sf_account_id).collect();
    assert_eq!(compare_order(&order, &world, &expected), None);
    order.reverse();
    assert!(compare_order(&order, &world, &expected).is_some());
}

fn database_of(world: &World, expected: &Expected) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    let links: Vec<_> = expected.links.iter().map(link_cells).collect();
    let issues: Vec<_> = expected.issues.iter().map(|issue| issue_cells(issue, world)).collect();
    let rows = exceptions(expected, world);
    let rows: Vec<_> = rows.iter().map(exception_cells).collect();
    fill(&db, "account_links", &LINK_COLUMNS, &links);
    fill(&db, "issues", &ISSUE_COLUMNS, &issues);
    fill(&db, "exceptions_by_account", &EXCEPTION_COLUMNS, &rows);
    db.execute_batch("create table run_coverage (run_id, code, is_evaluated, reason, outside_window_count)")
        .unwrap();
    for (code, reasons) in &expected.coverage {
        let reason = reasons.iter().map(|reason| format!("said to be {}", reason.name())).next();
        let counts = &expected.outside_window;
        let count = counts.iter().find(|(other, _)| other.name() == *code).map(|(_, count)| count);
        let row = (code, reasons.is_empty(), reason, count);
        db.execute("insert into run_coverage values (1, ?, ?, ?, ?)", row).unwrap();
    }
    let found = findings(expected, world, &personal_domains());
    let causes: Vec<_> = causes(expected, &found, world).iter().map(cause_cells).collect();
    fill(&db, "causes", &CAUSE_COLUMNS, &causes);
    for (place, (view, id)) in FINDING_VIEWS.iter().enumerate() {
        let found = findings(expected, world, &personal_domains());
        let is_own = |finding: &&Finding| match place {
            0 => finding.user_id.is_none() && finding.ticket_id.is_none(),
            1 => finding.user_id.is_some() && finding.ticket_id.is_none(),
            _ => finding.ticket_id.is_some(),
        };
        let rows: Vec<_> = found.iter().filter(is_own).map(finding_cells).collect();
        fill(&db, view, &["class", "account_id", id, "suggested_action"], &rows);
    }
    db
}

fn fill(db: &Connection, table: &str, columns: &[&str], rows: &[Vec<String>]) {
    let names = columns.join(", ");
    db.execute_batch(&format!("create table {table} (run_id, {names})")).unwrap();
    let marks = vec!["?"; columns.len()].join(", ");
    for row in rows {
        let cells: Vec<&dyn ToSql> = row.iter().map(|cell| cell as &dyn ToSql).collect();
        db.execute(&format!("insert into {table} values (1, {marks})"), &cells[..]).unwrap();
    }
}

#[test]
fn a_failing_world_is_made_small() {
    // "Fails" here: some account is linked by its external id. One account and one organization are enough for that.
    let is_linked_by_external_id = |world: &World| {
        let expected = expect(world, &personal_domains());
        expected.links.iter().any(|link| link.table_row == 8)
    };
    let world = (0..1_000).map(generate_whole).find(is_linked_by_external_id).unwrap();
    let small = shrink(world, is_linked_by_external_id);
    let sizes = [small.accounts.len(), small.organizations.len(), small.users.len(), small.tickets.len()];
    assert_eq!(sizes, [1, 1, 0, 0]);
    assert!(small.accounts[0].domains.is_empty() && small.memberships.is_empty());
}
