//! `orgdrift receipt undo`: what was before, and what would restore it.

use serde_json::{Value, json};

use super::Rehearsal;

fn undo(it: &Rehearsal) -> Vec<Value> {
    serde_json::from_str(&it.bench.unchanged(&["receipt", "undo", "1", "--json"]).expect(0).out).unwrap()
}

#[test]
fn each_repair_of_the_demo_has_its_step_or_the_reason_why_there_is_none() {
    let it = Rehearsal::demo();
    it.apply().expect(0);
    let before = it.sandbox.ledger().len();
    let rows = undo(&it);
    assert_eq!(it.sandbox.ledger().len(), before, "nothing is sent");
    let said: Vec<String> = rows
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
            format!("{} {}: {} / {}", row["no"], text("action"), text("steps"), text("not_undoable_because"))
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"), @"
    5 assign_user_to_org: If no ticket of user 21700000004231 was filed under organization 21700000001078 since, remove membership 21700000007545 / -
    4 add_org_domain: If nobody joined organization 21700000001078 by acmeoutlet-demo.com since, take that domain off it / -
    3 move_user_to_org: Make membership 21700000007187 of user 21700000004132 the default again; tickets that were filed since stay where they are / -
    2 move_user_to_org: Make membership 21700000007153 of user 21700000004121 the default again; tickets that were filed since stay where they are / -
    1 set_org_external_id: If external_id of organization 21700000001013 is still 001ACME00100000YDA, clear it / -
    ");
    for format in ["table", "csv", "ndjson"] {
        let told = it.bench.run(&["receipt", "undo", "latest", "--format", format]).expect(0);
        assert_eq!(told.out.matches("set_org_external_id").count(), 1, "{}", told.out);
        assert!(told.err.contains("nothing was sent"), "{}", told.err);
    }
    // The step of the first repair restores what was there.
    let set = rows.iter().find(|row| row["action"] == "set_org_external_id").unwrap();
    assert!(set["before_value"].to_string().contains("null"), "{set}");
    it.edit_organization(21_700_000_001_013, |organization| organization["external_id"] = json!(null));
    it.read("2026-11-02T09:00:00Z");
    assert_eq!(
        it.rows("select disposition from latest_issues where code = 'org_missing_external_id'"),
        ["prepared"]
    );
}

#[test]
fn what_was_not_written_has_nothing_to_undo() {
    let it = Rehearsal::demo();
    let told = it.bench.run(&["receipt", "undo", "1"]).expect(1);
    assert!(told.err.contains("plan 1 was never applied live"), "{}", told.err);
    it.edit_organization(21_700_000_001_078, |organization| {
        organization["domain_names"] = json!(["acmeretail-demo.com", "acmeretail-new.example"]);
    });
    it.apply().expect(0);
    assert!(!undo(&it).iter().any(|row| row["action"] == "add_org_domain"), "it was stale");
}
