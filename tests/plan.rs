//! `orgdrift plan` as people type it, and what its rows withstand.

use rusqlite::Connection;
use serde_json::Value;

use crate::common::bench::Bench;

/// After the demo was ingested, and not in the future by a day.
const LATER: &str = "2026-11-02T09:00:00Z";

#[test]
fn the_plan_of_the_demo() {
    let bench = Bench::with_demo();
    let told = bench.run(&["plan"]).expect(0);
    let hash = bench.value("select plan_hash from plans");
    insta::assert_snapshot!(told.out.replace(&hash, "[hash]"), @"
    plan 1 (existed already): ready, made from run 1, for acme-demo.sandbox/20481973
    hash [hash]

     action               planned  deferred  refused
     set_org_external_id        1         0        0
     add_org_domain             1         0        0
     assign_user_to_org         1         0        0
     move_user_to_org           2         0        0

     not planned  because                      code                                           issues
     refused      domain_belongs_to_other_org  org_domain_attached_elsewhere                       1
     refused      duplicate_external_id        org_duplicate_external_id                           2
     refused      no_repair_exists             user_resolution_blocked_duplicate_external_id       1
     refused      ticket_is_never_changed      ticket_org_mismatch                                 2
     refused      user_domain_ambiguous        user_domain_ambiguous                               1

    applying the whole plan would resolve 5 issues and create none
      -1 org_missing_expected_domain
      -1 org_missing_external_id
      -2 user_default_org_not_expected
      -1 user_missing_expected_membership
    ");
    insta::assert_snapshot!(told.err, @"
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    next: orgdrift plan show 1
    ");
    let told = bench.run(&["plan", "show", "latest"]).expect(0);
    let hash = bench.value("select plan_hash from plans");
    insta::assert_snapshot!(told.out.replace(&hash, "[hash]"), @"
    plan 1: ready, made from run 1, for acme-demo.sandbox/20481973
    hash [hash]

     no  action               account          account_id          record                            record_id       change                                            affects                                            matched_by
      1  set_org_external_id  Acme Healthcare  001ACME00100000YDA  Acme Healthcare                   21700000001013  external_id: blank -> 001ACME00100000YDA          members: 3; a native sync can match it             stored_id
      2  move_user_to_org     Acme Foods       001ACME00300000YDA  simone.a@acmefoods-demo.co.uk     21700000004121  default: Legacy Portal Import 2021 -> Acme Foods  open tickets: 1                                    external_id
      3  move_user_to_org     Acme Foods       001ACME00300000YDA  callum.reid@acmefoods-demo.co.uk  21700000004132  default: Legacy Portal Import 2021 -> Acme Foods  open tickets: 0                                    external_id
      4  add_org_domain       Acme Retail      001ACME00500000YDA  Acme Retail                       21700000001078  domain_names: + acmeoutlet-demo.com               users that Zendesk adds: 0, their open tickets: 0  stored_id
      5  assign_user_to_org   Acme Retail      001ACME00500000YDA  peter.nowak@acmeretail-demo.com   21700000004231  new membership of Acme Retail                     open tickets: 0; becomes the default               stored_id

     action               planned  deferred  refused
     set_org_external_id        1         0        0
     add_org_domain             1         0        0
     assign_user_to_org         1         0        0
     move_user_to_org           2         0        0

     not planned  because                      code                                           issues
     refused      domain_belongs_to_other_org  org_domain_attached_elsewhere                       1
     refused      duplicate_external_id        org_duplicate_external_id                           2
     refused      no_repair_exists             user_resolution_blocked_duplicate_external_id       1
     refused      ticket_is_never_changed      ticket_org_mismatch                                 2
     refused      user_domain_ambiguous        user_domain_ambiguous                               1

    applying the whole plan would resolve 5 issues and create none
      -1 org_missing_expected_domain
      -1 org_missing_external_id
      -2 user_default_org_not_expected
      -1 user_missing_expected_membership
    ");
    insta::assert_snapshot!(told.err, @"
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    next: orgdrift sandbox --demo
    ");
}

#[test]
fn a_row_of_a_ticket_or_a_user_names_the_person() {
    let bench = Bench::with_demo();
    bench.run(&["plan"]).expect(0);
    assert_eq!(
        bench.rows(
            "select i.subject_kind, a.status, count(*), count(a.user_id),
               sum(a.user_id = coalesce(t.requester_id, cast(i.subject_id as integer)))
             from plan_actions as a
             join latest_issues as i on i.issue_key = a.issue_key
             left join latest_zendesk_tickets as t on t.ticket_id = i.ticket_id
             where a.status in ('planned', 'refused')
             group by i.subject_kind, a.status
             order by i.subject_kind, a.status"
        ),
        [
            "organization|planned|2|0|~",
            "organization|refused|3|0|~",
            "ticket|refused|2|2|2",
            "user|planned|3|3|3",
            "user|refused|2|2|2"
        ]
    );
    let text = bench.value(
        "select description from data_dictionary where object_name = 'plan_actions' and column_name = 'user_id'",
    );
    assert!(text.contains("the requester of its ticket"), "{text}");
}

#[test]
fn the_repairs_of_the_demo_say_what_they_write_and_expect() {
    let bench = Bench::with_demo();
    let plan: Value = serde_json::from_str(&bench.run(&["plan", "--json"]).expect(0).out).unwrap();
    let said: Vec<String> = plan["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| {
            let text = |name: &str| action[name].as_str().unwrap_or("-").to_owned();
            [
                text("action"),
                text("organization_id"),
                text("user_id"),
                text("membership_id"),
                action["new_value"].to_string(),
                action["expected"].to_string(),
            ]
            .join(" ")
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    set_org_external_id 21700000001013 - - {"external_id":"001ACME00100000YDA"} {"domain_names":["acmehealthcare-demo.com"],"external_id":null,"name":"Acme Healthcare"}
    move_user_to_org 21700000001039 21700000004121 21700000007136 {"default_organization_id":"21700000001039","membership_id":"21700000007136"} {"default_organization_id":"21700000001182","membership_id":"21700000007136","organization_id":"21700000001039"}
    move_user_to_org 21700000001039 21700000004132 21700000007170 {"default_organization_id":"21700000001039","membership_id":"21700000007170"} {"default_organization_id":"21700000001182","membership_id":"21700000007170","organization_id":"21700000001039"}
    add_org_domain 21700000001078 - - {"domain_names":["acmeretail-demo.com","acmeoutlet-demo.com"]} {"domain_names":["acmeretail-demo.com"],"external_id":"001ACME00500000YDA"}
    assign_user_to_org 21700000001078 21700000004231 - {"organization_id":"21700000001078","user_id":"21700000004231"} {"default_organization_id":null,"email_domain":"acmeretail-demo.com","is_active":true,"is_verified":true,"organization_external_id":"001ACME00500000YDA","organization_ids":[]}
    "#);
    assert_eq!(plan["refusals"].as_array().unwrap().len(), 7);
    assert_eq!(plan["source_identity"], "acme-demo.sandbox/20481973");
    // The document names no person.
    let text = plan.to_string();
    for row in bench.rows("select email from zendesk_users where email is not null") {
        assert!(!text.contains(&row), "the plan names {row}");
    }
    for row in bench.rows("select name from zendesk_users where length(name) > 4") {
        assert!(!text.contains(&row), "the plan names {row}");
    }
}

#[test]
fn the_same_plan_is_made_once() {
    let bench = Bench::with_demo();
    let first = bench.run(&["plan", "--output", "first.json"]).expect(0);
    let second = bench.run(&["plan", "create", "--output", "second.json"]).expect(0);
    assert_eq!(bench.value("select count(*) from plans"), "1");
    assert_eq!(
        std::fs::read(bench.path("first.json")).unwrap(),
        std::fs::read(bench.path("second.json")).unwrap()
    );
    assert!(first.err.contains("first.json"), "{}", first.err);
    assert!(second.err.contains("next: orgdrift plan show 1"), "{}", second.err);
}

#[test]
fn time_zone_language_and_folder_do_not_matter() {
    let hash = |bench: &Bench, variables: &[(&str, &str)]| {
        let mut command = bench.command(&["plan", "--json"]);
        command.envs(variables.iter().copied());
        let output = command.output().unwrap();
        assert!(output.status.success());
        let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
        plan["plan_hash"].as_str().unwrap().to_owned()
    };
    let first = hash(&Bench::with_demo(), &[]);
    let later = [("ORGDRIFT_TEST_NOW", "2027-03-09T23:59:59Z")];
    assert_eq!(hash(&Bench::with_demo(), &later), first);
    let elsewhere = [("TZ", "Pacific/Kiritimati"), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "ar_EG.UTF-8")];
    assert_eq!(hash(&Bench::with_demo(), &elsewhere), first);
    // Under other numbers: here the run of the same rules is the second one, after one that plans otherwise.
    let bench = Bench::empty();
    bench.copy("fixtures/demo", ".");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    bench.run(&["audit", "--ticket-window", "7"]).expect(0);
    let other = hash(&bench, &[]);
    assert_ne!(other, first, "the rules differ");
    bench.run(&["audit"]).expect(0);
    assert_eq!(hash(&bench, &[]), first);
    assert_eq!(bench.rows("select run_id, plan_id from plans order by plan_id"), ["1|1", "2|2"]);
}

#[test]
fn the_numbers_and_the_past_of_suppressions_do_not_matter() {
    let add = |bench: &Bench, code: &str, account: &str| {
        bench
            .run(&[
                "suppression",
                "add",
                "--code",
                code,
                "--account",
                account,
                "--reason",
                "r",
                "--owner",
                "o",
                "--expires",
                "2026-12-31",
            ])
            .expect(0);
    };
    let hash = |bench: &Bench| {
        bench.run(&["audit"]).expect(0);
        let plan: Value = serde_json::from_str(&bench.run(&["plan", "--json"]).expect(0).out).unwrap();
        plan["plan_hash"].as_str().unwrap().to_owned()
    };
    let plain = hash(&Bench::with_demo());
    let first = Bench::with_demo();
    add(&first, "org_missing_external_id", "001ACME00100000YDA");
    let suppressed = hash(&first);
    assert_ne!(suppressed, plain);
    let second = Bench::with_demo();
    add(&second, "org_duplicate_external_id", "001ACME00400000YDA");
    second.run(&["suppression", "remove", "1"]).expect(0);
    assert_eq!(hash(&second), plain, "it was taken back");
    add(&second, "org_missing_external_id", "001ACME00100000YDA");
    assert_eq!(hash(&second), suppressed, "the same under another number");
}

#[test]
fn what_was_turned_back_can_be_planned() {
    let bench = Bench::with_demo();
    bench.run(&["personal-domain", "add", "acmebioassay-demo.com"]).expect(0);
    bench.run(&["audit"]).expect(0);
    bench.run(&["plan"]).expect(0);
    bench.run(&["personal-domain", "remove", "acmebioassay-demo.com"]).expect(0);
    // Run 1 is in force again, although run 2 is newer.
    bench.run(&["audit"]).expect(0);
    let told = bench.run(&["plan"]).expect(0);
    assert!(told.out.starts_with("plan 1 (existed already): ready, made from run 1"), "{}", told.out);
    let told = bench.run(&["plan", "show", "2"]).expect(0);
    assert!(told.err.contains("changed since run 2"), "{}", told.err);
    let told = bench.run(&["list", "plans"]).expect(0);
    assert!(told.err.contains("changed since run 2: its plans are outdated"), "{}", told.err);
    assert_eq!(bench.run(&["plan", "--run", "2"]).code, 5);
}

#[test]
fn the_run_to_be_planned_can_be_named() {
    let bench = Bench::with_demo();
    bench.run(&["audit", "--ticket-window", "all"]).expect(0);
    let rows = |arguments: &[&str]| {
        let plan: Value = serde_json::from_str(&bench.run(arguments).expect(0).out).unwrap();
        plan["refusals"].as_array().unwrap().len()
    };
    let of_all = rows(&["plan", "--json"]);
    let of_window = rows(&["plan", "--run", "1", "--json"]);
    assert_eq!((of_window, of_all), (7, 11), "four closed tickets are old");
    assert_eq!(bench.run(&["plan", "--run", "9"]).code, 1);
}

#[test]
fn a_plan_of_suppressed_issues_alone_says_so() {
    let bench = Bench::with_demo();
    bench
        .run(&[
            "suppression",
            "add",
            "--code",
            "org_missing_external_id",
            "--account",
            "001ACME00100000YDA",
            "--reason",
            "r",
            "--owner",
            "o",
            "--expires",
            "2026-12-31",
        ])
        .expect(0);
    // The plan of before is still there, but somebody decided otherwise since.
    let told = bench.run(&["plan", "show", "latest"]).expect(0);
    assert!(told.err.contains("changed since run 1: audit and make another plan"), "{}", told.err);
    bench.run(&["audit"]).expect(0);
    let told = bench.run(&["plan", "--code", "org_missing_external_id"]).expect(1);
    assert!(told.err.contains("no issue of run 2 matches but one that is suppressed"), "{}", told.err);
}

#[test]
fn the_hash_can_be_checked_without_orgdrift() {
    let bench = Bench::with_demo();
    bench.run(&["plan"]).expect(0);
    let canonical = bench.value("select canonical from _plans");
    let hash = bench.value("select plan_hash from plans");
    let sum = assert_cmd::Command::new("sha256sum").write_stdin(canonical.as_bytes()).output();
    match sum {
        Ok(sum) => assert_eq!(String::from_utf8_lossy(&sum.stdout).split(' ').next(), Some(hash.as_str())),
        Err(error) => eprintln!("skipped: sha256sum is missing ({error})"),
    }
    // Members in order, no blank outside of texts.
    let value: Value = serde_json::from_str(&canonical).unwrap();
    assert_eq!(value.to_string(), canonical);
}

#[test]
fn a_plan_is_found_by_id_name_hash_and_file() {
    let bench = Bench::with_demo();
    // The demo made the first one.
    bench.run(&["plan", "--output", "fix_plan.json"]).expect(0);
    bench.run(&["plan", "--limit", "2"]).expect(0);
    let hash = bench.value("select plan_hash from plans where plan_id = 1");
    let of_one = bench.run(&["plan", "show", "1"]).expect(0).out;
    for name in ["previous", &hash, "fix_plan.json", "./fix_plan.json"] {
        assert_eq!(bench.run(&["plan", "show", name]).expect(0).out, of_one, "{name}");
    }
    let of_two = bench.run(&["plan", "show", "2"]).expect(0).out;
    assert_eq!(bench.run(&["plan", "show", "latest"]).expect(0).out, of_two);
    assert!(of_two.contains("over_limit"), "{of_two}");
    let rows = bench.run(&["plan", "show", "1", "--format", "ndjson"]).expect(0).out;
    assert_eq!(rows.lines().count(), 12);
    let first: Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    assert_eq!(first["account_name"], "Acme Healthcare");
    assert_eq!(first["new_value"]["external_id"], "001ACME00100000YDA");
    bench.run(&["plan", "show", "1", "--output", "plan.csv"]).expect(0);
    let csv = std::fs::read_to_string(bench.path("plan.csv")).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.contains("\r\n"));
    assert_eq!(csv::Reader::from_reader(csv.as_bytes()).records().count(), 12);
}

#[test]
fn a_batch_takes_the_worst_accounts_first_and_reports_the_rest() {
    let bench = Bench::with_demo();
    let rows = |arguments: &[&str]| {
        bench.run(arguments).expect(0);
        bench.rows(
            "select status, coalesce(action, ''), account_id, coalesce(blocked_reason, '') from plan_actions
             where plan_id = (select max(plan_id) from plans) and status <> 'refused' order by position",
        )
    };
    insta::assert_snapshot!(rows(&["plan", "--limit", "3", "--per-account", "1"]).join("\n"), @"
    planned|set_org_external_id|001ACME00100000YDA|
    planned|move_user_to_org|001ACME00300000YDA|
    planned|add_org_domain|001ACME00500000YDA|
    deferred|move_user_to_org|001ACME00300000YDA|over_per_account
    deferred|assign_user_to_org|001ACME00500000YDA|over_limit
    ");
    assert_eq!(rows(&["plan", "--action", "move_user_to_org"]).len(), 2);
    assert_eq!(
        rows(&["plan", "--code", "org_missing_external_id", "--code", "org_missing_expected_domain"]).len(),
        2
    );
    assert_eq!(rows(&["plan", "--account", "001ACME00500000"]).len(), 2);
    // Each is a plan of its own, with its own hash.
    assert_eq!(bench.value("select count(distinct plan_hash) from plans"), "5");
    assert_eq!(bench.rows("select distinct state from plans"), ["ready"]);
    bench.run(&["plan", "--account", "001ACME00400000YDA"]).expect(0);
    assert_eq!(bench.value("select state from plans where plan_id = 6"), "empty");
}

#[test]
fn a_suppressed_issue_is_in_no_plan() {
    let bench = Bench::with_demo();
    let database = Connection::open(bench.db()).unwrap();
    database
        .execute(
            "insert into suppressions (code, account_id, reason, owner, created_at, expires_on)
             values ('org_missing_external_id', '001ACME00100000YDA', 'r', 'o', '2026-11-01T00:00:00Z', '2026-12-01')",
            [],
        )
        .unwrap();
    // The newest run does not know of it yet: a plan of it would repair what somebody decided to leave.
    insta::assert_snapshot!(bench.unchanged(&["plan"]).text(), @"
    exit 5
    error: rules, personal domains, suppressions or accepted risks changed since run 1
    hint: run `orgdrift audit` first
    ");
    bench.run(&["audit"]).expect(0);
    let told = bench.run(&["plan"]).expect(0);
    assert!(told.err.contains("1 suppressed issue, in no plan"), "{}", told.err);
    let of_plan = "select count(*) from plan_actions where plan_id = 2";
    assert_eq!(bench.value(of_plan), "11");
    assert_eq!(bench.value(&format!("{of_plan} and code = 'org_missing_external_id'")), "0");
}

#[test]
fn no_plan_is_made_of_what_is_not_known() {
    let bench = Bench::empty();
    insta::assert_snapshot!(bench.run(&["plan"]).text(), @"
    exit 1
    error: there is no warehouse at orgdrift.db
    hint: run `orgdrift demo` for a first look, or `orgdrift init` for a warehouse of your own
    ");
    bench.run(&["init"]).expect(0);
    insta::assert_snapshot!(bench.unchanged(&["plan"]).text(), @"
    exit 1
    error: the warehouse has no run yet
    hint: run `orgdrift audit` first
    ");

    bench.copy("fixtures/demo", ".");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    std::fs::remove_file(bench.path("zendesk/organization_memberships.ndjson")).unwrap();
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(6);
    bench.run(&["audit"]).expect(6);
    insta::assert_snapshot!(bench.unchanged(&["plan"]).text(), @"
    exit 6
    error: snapshot 2 is incomplete (organization_memberships: skipped): no plan is made from it
    hint: read that system completely, ingest it and audit again
    ");

    let bench = Bench::with_demo();
    bench.copy("fixtures/demo", ".");
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", LATER]).expect(0);
    insta::assert_snapshot!(bench.unchanged(&["plan"]).text(), @"
    exit 5
    error: run 1 is outdated: salesforce snapshot 3 is newer
    hint: run `orgdrift audit` first
    ");
}

#[test]
fn tickets_that_somebody_left_out_are_no_obstacle() {
    let bench = Bench::empty();
    bench.copy("fixtures/demo", ".");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zendesk", "--since", "2026-10-01"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let plan: Value = serde_json::from_str(&bench.run(&["plan", "--json"]).expect(0).out).unwrap();
    assert_eq!(plan["snapshots"]["tickets_since"], "2026-10-01T00:00:00Z");
    let actions = plan["actions"].as_array().unwrap();
    assert_eq!(actions.len(), 5);
    for action in actions {
        assert_eq!(action["blast_radius"]["open_tickets_since"], "2026-10-01T00:00:00Z");
    }
    let told = bench.run(&["plan", "show", "1"]).expect(0);
    assert!(told.err.contains("knows only tickets created since 2026-10-01"), "{}", told.err);
}

#[test]
fn what_makes_no_sense_is_said() {
    let bench = Bench::with_demo();
    bench.run(&["plan", "--output", "fix_plan.json"]).expect(0);
    let said: Vec<String> = [
        &["plan", "--account", "001ACME00900000YDA"][..],
        &["plan", "--action", "add_org_domain", "--account", "001ACME00100000YDA"],
        &["plan", "--account", "xyz"],
        &["plan", "--code", "orphan_org"],
        &["plan", "--limit", "0"],
        &["plan", "--format", "csv"],
        &["plan", "show", "7"],
        &["plan", "show", "previous"],
        &["plan", "show", "nothing.json"],
        &["plan", "show", "orgdrift.db"],
        &["plan", "show"],
    ]
    .iter()
    .map(|arguments| format!("{}: {}", arguments.join(" "), bench.unchanged(arguments).code_and_first_line()))
    .collect();
    insta::assert_snapshot!(said.join("\n"), @"
    plan --account 001ACME00900000YDA: exit 1: error: no issue of run 1 matches: there is nothing to plan
    plan --action add_org_domain --account 001ACME00100000YDA: exit 1: error: no issue of run 1 matches: there is nothing to plan
    plan --account xyz: exit 2: error: --account is not an account id
    plan --code orphan_org: exit 2: error: --code: orphan_org is not one of the twelve codes
    plan --limit 0: exit 2: error: invalid value '0' for '--limit <N>': write a whole number from 1
    plan --format csv: exit 2: error: invalid value 'csv' for '--format <FORMAT>'
    plan show 7: exit 1: error: the warehouse has no plan 7
    plan show previous: exit 1: error: the warehouse has no plan before the latest
    plan show nothing.json: exit 2: error: nothing.json is not a plan of this warehouse, and cannot be read as a file: no such file or folder
    plan show orgdrift.db: exit 1: error: orgdrift.db is not a plan of this warehouse, and cannot be read as a file: stream did not contain valid UTF-8
    plan show: exit 2: error: the following required arguments were not provided:
    ");
}

#[test]
fn a_changed_file_is_refused() {
    let bench = Bench::with_demo();
    bench.run(&["plan", "--output", "fix_plan.json"]).expect(0);
    let text = std::fs::read_to_string(bench.path("fix_plan.json")).unwrap();
    bench.write("changed.json", text.replace("001ACME00100000YDA", "001ACME00200000YDA"));
    let told = bench.unchanged(&["plan", "show", "changed.json"]);
    assert!(
        told.text().starts_with(
            "exit 5\nerror: changed.json is not as orgdrift wrote it: its content has the hash "
        )
    );
    bench.write("other.json", "{\"schema\": \"somebody.else/1\"}");
    insta::assert_snapshot!(bench.unchanged(&["plan", "show", "other.json"]).text(), @"
    exit 5
    error: other.json is not as orgdrift wrote it: it is not a plan: its schema is not orgdrift.fix_plan/1
    hint: `orgdrift plan show PLAN --output fix_plan.json` writes it again
    ");
    // A plan of another warehouse is whole, but not here.
    bench.run(&["plan", "--limit", "1", "--output", "fix_plan.json"]).expect(0);
    let other = Bench::with_demo();
    other.write("fix_plan.json", std::fs::read(bench.path("fix_plan.json")).unwrap());
    insta::assert_snapshot!(other.unchanged(&["plan", "show", "fix_plan.json"]).text(), @"
    exit 5
    error: the plan of fix_plan.json was not made in this warehouse
    hint: name the warehouse with --db
    ");
}

#[test]
fn an_unidentified_snapshot_can_be_planned_but_says_that_it_cannot_be_applied() {
    let bench = Bench::empty();
    bench.copy("fixtures/demo", ".");
    std::fs::remove_file(bench.path("zendesk/manifest.json")).unwrap();
    for collection in ["organizations", "users", "organization_memberships", "tickets"] {
        let path = bench.path(&format!("zendesk/{collection}.ndjson"));
        let records = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, records.replace("\"url\"", "\"api_url\"")).unwrap();
    }
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let told = bench.run(&["plan"]).expect(0);
    assert!(told.out.contains("for an unknown Zendesk account"), "{}", told.out);
    assert!(told.err.contains("so the plan cannot be applied"), "{}", told.err);
}

#[test]
fn a_company_without_drift_has_an_empty_plan() {
    let bench = Bench::empty();
    bench.copy("fixtures/clean", ".");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let told = bench.run(&["plan"]).expect(0);
    assert!(told.out.contains("no open issue: nothing to repair"), "{}", told.out);
    assert_eq!(bench.value("select state from plans"), "empty");
}

#[test]
fn a_newer_snapshot_outdates_a_plan() {
    let bench = Bench::with_demo();
    assert_eq!(bench.value("select state from plans"), "ready");
    bench.run(&["audit", "--ticket-window", "all"]).expect(0);
    assert_eq!(bench.value("select state from plans"), "ready", "of the same snapshots");
    bench.copy("fixtures/demo", ".");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    assert_eq!(bench.value("select state from plans"), "ready", "the same bytes are the same snapshot");
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", LATER]).expect(0);
    assert_eq!(bench.value("select state from plans"), "outdated");
    let told = bench.run(&["plan", "show", "1"]).expect(0);
    assert!(told.err.contains("make another plan"), "{}", told.err);
}

/// Every way in which SQL can change, take away or add rows.
const ATTACKS: &[&str] = &[
    "update _plans set plan_hash = 'x'",
    "update _plans set canonical = '{}' where plan_id = 1",
    "delete from _plans",
    "insert or replace into _plans select plan_id, 'x', run_id, created_at, tool_version, source_identity, filters,
       canonical, row_count from _plans",
    "insert or replace into _plans select 9, plan_hash, run_id, created_at, tool_version, source_identity, filters,
       canonical, row_count from _plans",
    "replace into _plans select * from _plans",
    "insert into _plans select * from _plans where true on conflict (plan_id) do update set filters = 'x'",
    "update or replace _plans set plan_id = 5",
    "update plan_actions set status = 'refused', blocked_reason = 'x'",
    "update or ignore plan_actions set position = position + 100",
    "delete from plan_actions where position = 1",
    "insert or replace into plan_actions select plan_id, position, action_id, issue_key, code, account_id, action,
       status, blocked_reason, depends_on, organization_id, user_id, membership_id, 'evil.com', new_value, expected,
       preconditions, blast_radius from plan_actions where position = 1",
    "insert or replace into plan_actions select plan_id, 99, 'a', issue_key, code, account_id, action, status,
       blocked_reason, depends_on, organization_id, user_id, membership_id, domain, new_value, expected,
       preconditions, blast_radius from plan_actions where position = 1",
    "insert or replace into plan_actions select plan_id, 99, action_id, 'another', code, account_id, action, status,
       blocked_reason, depends_on, organization_id, user_id, membership_id, domain, new_value, expected,
       preconditions, blast_radius from plan_actions where position = 1",
    "insert into plan_actions select plan_id, 13, 'b', 'another', code, account_id, action, status,
       blocked_reason, depends_on, organization_id, user_id, membership_id, domain, new_value, expected,
       preconditions, blast_radius from plan_actions where position = 1",
];

#[test]
fn no_row_of_a_plan_ever_changes() {
    let bench = Bench::with_demo();
    bench.run(&["plan"]).expect(0);
    let before = bench.dump();
    let database = Connection::open(bench.db()).unwrap();
    for is_recursive in [false, true] {
        for is_checking in [false, true] {
            database.pragma_update(None, "recursive_triggers", is_recursive).unwrap();
            database.pragma_update(None, "foreign_keys", is_checking).unwrap();
            for attack in ATTACKS {
                let error = database.execute(attack, []).expect_err(attack).to_string();
                assert!(error.contains("a plan never changes"), "{attack}: {error}");
            }
        }
    }
    bench.dump().assert_same(&before);
}

#[test]
fn a_plan_takes_and_leaves_issues_by_key_and_may_leave_what_was_matched_by_domain() {
    let bench = Bench::with_demo();
    let keys = bench.rows(
        "select issue_key from plan_actions where plan_id = 1 and status = 'planned' order by position",
    );
    let planned = |plan: &str| {
        bench.rows(&format!(
            "select issue_key from plan_actions where plan_id = {plan} and status = 'planned' order by position"
        ))
    };
    bench.run(&["plan", "--exclude", &keys[0], "--exclude", &keys[3]]).expect(0);
    assert_eq!(planned("2"), [keys[1].clone(), keys[2].clone(), keys[4].clone()]);
    assert_eq!(
        bench.value("select count(*) from plan_actions where plan_id = 2 and status = 'planned'"),
        "3"
    );
    bench.write("keys.txt", format!("\u{feff}{}\r\n\r\n{}\n", keys[4], keys[1]));
    bench.run(&["plan", "--keys", "keys.txt"]).expect(0);
    assert_eq!(planned("3"), [keys[1].clone(), keys[4].clone()]);
    assert_eq!(
        bench.value("select count(*) from plan_actions where plan_id = 3"),
        "2",
        "nothing else is in it"
    );
    // Which keys were meant is in the bytes, so it can be composed again.
    let canonical = bench.value("select canonical from _plans where plan_id = 3");
    assert!(canonical.contains(&keys[4]) && canonical.contains("\"keys\":["), "{canonical}");
    bench.run(&["plan", "show", "3"]).expect(0);
    // The demo links every account with a repair by more than a domain.
    Connection::open(bench.db())
        .unwrap()
        .execute(
            "update _link_versions set match_rule = 'domain' where account_id = '001ACME00500000YDA'",
            [],
        )
        .unwrap();
    let by_domain = bench.rows(
        "select a.issue_key from plan_actions as a
         cross join account_links as l
         where a.plan_id = 1 and l.run_id = 1 and l.account_id = a.account_id and l.match_rule = 'domain'",
    );
    bench.run(&["plan", "--only-linked"]).expect(0);
    let all = bench.rows("select issue_key from plan_actions where plan_id = 1 order by issue_key");
    let left = bench.rows("select issue_key from plan_actions where plan_id = 4 order by issue_key");
    assert!(!by_domain.is_empty());
    let expected: Vec<_> = all.into_iter().filter(|key| !by_domain.contains(key)).collect();
    assert_eq!(left, expected);
    // A key that nobody has would be left out, or planned, without a sign.
    let told = bench.unchanged(&["plan", "--exclude", "org_missing_external_id/x/1"]);
    assert_eq!(told.code_and_first_line(), "exit 1: error: run 1 has no issue org_missing_external_id/x/1");
    bench.write("keys.txt", "\n");
    assert_eq!(
        bench.unchanged(&["plan", "--keys", "keys.txt"]).code_and_first_line(),
        "exit 2: error: keys.txt holds no key"
    );
}
