//! Readings of a run: findings straight from `audit`, what is hidden, and what is said where nothing is shown.

use insta::assert_snapshot;

use crate::common::bench::Bench;
use crate::rule_cases::classes;

#[test]
fn audit_prints_the_findings_that_list_prints() {
    let bench = Bench::with_demo();
    for noun in ["orgs", "users", "tickets"] {
        for format in ["table", "csv", "json", "ndjson"] {
            let audited = bench.run(&["audit", noun, "--format", format]).expect(0);
            let listed = bench.run(&["list", noun, "--format", format]).expect(0);
            assert_eq!(audited.out, listed.out, "{noun} as {format}");
            assert!(audited.out.lines().count() > 1);
        }
    }
    let narrow = ["--account", "001ACME00400000YDA", "--severity", "critical", "--format", "ndjson"];
    let both = ["audit", "list"].map(|verb| {
        let mut arguments = vec![verb, "orgs"];
        arguments.extend(narrow);
        bench.run(&arguments).expect(0).out
    });
    assert_eq!(both[0], both[1]);
    assert_eq!(both[0].lines().count(), 2);
    assert_eq!(bench.run(&["audit", "orgs", "--limit", "1", "--format", "ndjson"]).out.lines().count(), 1);
    assert_snapshot!(bench.run(&["audit", "tickets"]).text(), @"
    exit 0
    run 1 (existed already): salesforce snapshot 1 (2026-11-02T05:30:00Z), zendesk snapshot 2 (2026-11-02T06:00:00Z)
    12 open issues
    no earlier run to compare with
    the first 5 records stand behind 12 of 16 findings, hygiene included: `orgdrift list causes`
    affected: 6 of 12 accounts (50.0 %); 5 of 32 eligible users (15.6 %); 2 of 33 unclosed tickets (6.1 %)
    next: orgdrift explain ticket_org_mismatch_domain_match
    ");
}

#[test]
fn audit_of_a_layer_makes_the_run_and_ends_like_an_audit() {
    let bench = Bench::with_demo();
    // Other rules, so another run.
    bench.run(&["personal-domain", "add", "acmebioassay-demo.com"]).expect(0);
    let told = bench.run(&["audit", "users", "--fail-on", "critical", "--output", "users.csv"]).expect(3);
    assert_snapshot!(told.text(), @"
    exit 3
    7 rows written to users.csv
    run 2: salesforce snapshot 1 (2026-11-02T05:30:00Z), zendesk snapshot 2 (2026-11-02T06:00:00Z)
    11 open issues
    since run 1: 0 new, 0 changed, 1 resolved, 0 reopened, 0 not comparable
    the first 5 records stand behind 13 of 16 findings, hygiene included: `orgdrift list causes`
    affected: 5 of 12 accounts (41.7 %), 1 fewer; 5 of 31 eligible users (16.1 %), as before; 2 of 33 unclosed tickets (6.1 %), as before
    next: orgdrift explain blocked_by_duplicate
    ");
    assert_eq!(told.out, "");
    assert_eq!(bench.value("select max(run_id) from runs"), "2");
    let file = std::fs::read_to_string(bench.path("users.csv")).unwrap();
    assert_eq!(file.lines().count(), 8, "a header and seven findings");
    assert!(file.lines().skip(1).all(|line| line.starts_with("2,") || line.starts_with("\"2\",")), "{file}");
    assert_eq!(bench.value("select count(*) from user_findings where run_id = 2"), "7");

    let bench = Bench::empty();
    bench.write("accounts.csv", "Id,Name,Website\n001Hs00003WqA01IAF,Alder,alder-demo.com\n");
    bench.write("folder/organizations.ndjson", "");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "folder"]).expect(6);
    let told = bench.run(&["audit", "users"]).expect(6);
    assert!(told.err.contains("run 1 did not evaluate "), "{}", told.err);
    assert_eq!(bench.run(&["audit", "orgs", "--format", "ndjson"]).expect(6).out.lines().count(), 1);
}

#[test]
fn organizations_of_no_account_are_hidden_until_they_are_asked_for() {
    let bench = Bench::with_demo();
    let classes = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--format", "csv"]);
        let told = bench.run(&all).expect(0);
        let count = told.out.lines().filter(|line| line.contains(",orphan_org,")).count();
        (count, told.out.lines().count() - 1, told.err.contains("1 orphan_org finding hidden"))
    };
    for verb in ["list", "audit"] {
        assert_eq!(classes(&[verb, "orgs"]), (0, 6, true));
        assert_eq!(classes(&[verb, "orgs", "--include-orphans"]), (1, 7, false));
        assert_eq!(classes(&[verb, "orgs", "--code", "orphan_org"]), (1, 1, false));
        assert_eq!(classes(&[verb, "orgs", "--severity", "low"]), (0, 1, true));
        assert_eq!(classes(&[verb, "orgs", "--severity", "high"]), (0, 1, false), "it is not of these");
    }
    assert_eq!(bench.value("select count(*) from organization_findings where class = 'orphan_org'"), "1");
    assert_snapshot!(bench.run(&["list", "orgs", "--org-id", "21700000001182"]).text(), @"
    exit 0
    no orgs match --org-id 21700000001182
    1 orphan_org finding hidden, about organizations without an account; --include-orphans shows them
    next: orgdrift list rules
    ");
}

#[test]
fn what_makes_no_sense_is_refused_before_a_run_is_made() {
    let bench = Bench::with_demo();
    bench.run(&["personal-domain", "add", "acmebioassay-demo.com"]).expect(0);
    let refuse = |arguments: &[&str]| bench.unchanged(arguments).text();
    assert_snapshot!(refuse(&["audit", "--code", "missing_org"]), @"
    exit 2
    error: unexpected argument '--code' found

      tip: `orgdrift audit orgs`, `orgdrift audit users`, `orgdrift audit tickets` take --code

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(&["audit", "--include-orphans"]), @"
    exit 2
    error: unexpected argument '--include-orphans' found

      tip: `orgdrift audit orgs` takes --include-orphans

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(&["audit", "orgs", "--run", "1"]), @"
    exit 2
    error: unexpected argument '--run' found

      tip: `orgdrift audit orgs` takes no --run

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(&["audit", "users", "--include-orphans"]), @"
    exit 2
    error: unexpected argument '--include-orphans' found

      tip: `orgdrift audit orgs` takes --include-orphans

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(&["audit", "users", "--account", "Acme"]), @"
    exit 2
    error: --account is not an account id
    hint: an account id has 15 or 18 characters, such as 001ACME00400000YDA; `orgdrift find` searches by name
    ");
    assert_snapshot!(refuse(&["audit", "orgs", "--code", "nothing_of_ours"]), @"
    exit 2
    error: there is no code nothing_of_ours
    hint: `orgdrift list rules` shows all codes
    ");
    assert_snapshot!(refuse(&["audit", "issues"]), @"
    exit 2
    error: unrecognized subcommand 'issues'

    Usage: orgdrift audit [OPTIONS] [COMMAND]

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(&["list", "plans", "--severity", "high"]), @"
    exit 2
    error: unexpected argument '--severity' found

      tip: `orgdrift list issues`, `orgdrift list accounts`, `orgdrift list orgs` take --severity

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(&["list", "runs", "--account", "001ACME00400000YDA"]), @"
    exit 2
    error: unexpected argument '--account' found

      tip: `orgdrift list issues`, `orgdrift list accounts`, `orgdrift list orgs` take --account

    For more information, try '--help'.
    ");
}

#[test]
fn a_reading_without_rows_says_what_was_asked_for() {
    let bench = Bench::with_demo();
    let told = bench
        .run(&["list", "issues", "--owner", "Priya Raman", "--code", "ticket_missing_org", "--org-id", "7"])
        .expect(0)
        .silent_about(&["Priya", "Raman"]);
    assert_eq!(told.out.lines().count(), 1, "{}", told.out);
    assert_snapshot!(told.text(), @"
    exit 0
    no issues match --org-id 7 --code ticket_missing_org --owner …
    `orgdrift query owners` lists the owners
    no snapshot has organization 7
    next: orgdrift export workbook --output drift.xlsx
    ");
    let told = bench.run(&["list", "plans", "--account", "001ACME00900000YDA"]).expect(0);
    assert_snapshot!(told.text(), @"
    exit 0
    no plans match --account 001ACME00900000YDA
    next: orgdrift plan
    ");
    let told = bench.run(&["export", "issues", "--run", "1", "--since", "2026-12-01"]).expect(0);
    assert_snapshot!(told.text(), @"
    exit 0
    no issues match --run 1 --since 2026-12-01T00:00:00Z
    next: orgdrift plan
    ");
    let empty = bench.run(&["list", "accounts", "--domain", "alder-demo.com", "--json"]).expect(0);
    assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(&empty.out).unwrap().len(), 0);
}

#[test]
fn every_class_is_explained_and_can_be_listed() {
    let bench = Bench::with_demo();
    for (noun, class, code) in classes() {
        let told = bench.run(&["explain", &class]).expect(0);
        assert!(told.out.contains(&format!("{code} (version ")), "{class}: {}", told.out);
        let json: serde_json::Value =
            serde_json::from_str(&bench.run(&["explain", &class, "--json"]).expect(0).out).unwrap();
        let codes: Vec<&str> = match json["rules"].as_array() {
            Some(rules) => rules.iter().map(|rule| rule["code"].as_str().unwrap()).collect(),
            None => vec![json["code"].as_str().unwrap()],
        };
        assert!(codes.contains(&code), "{class}: {codes:?}");
        let listed = bench.run(&["list", noun, "--code", &class, "--format", "csv"]).expect(0);
        let mut rows = csv::Reader::from_reader(listed.out.as_bytes());
        assert!(rows.records().all(|row| row.unwrap()[1] == class), "{}", listed.out);
    }
    let told = bench.run(&["explain", "domain_mismatch"]).expect(0);
    assert!(told.err.ends_with("next: orgdrift list orgs --code domain_mismatch\n"), "{}", told.err);
}

#[test]
fn findings_name_the_account_and_its_owner() {
    let bench = Bench::with_demo();
    for view in ["organization_findings", "user_findings", "ticket_findings"] {
        assert_eq!(
            bench.value(&format!(
                "select count(*) from {view} as f
                 where f.account_id is not null and not exists (
                   select 1 from latest_salesforce_accounts as a
                   where a.account_id = f.account_id and a.account_name = f.account_name
                     and a.owner = f.owner)"
            )),
            "0",
            "{view}"
        );
        assert_ne!(bench.value(&format!("select count(*) from {view} where account_name is not null")), "0");
    }
}

#[test]
fn plans_are_listed_by_run_account_and_code() {
    let bench = Bench::with_demo();
    // The demo made the first one, a day before.
    let mut second = bench.command(&["plan", "--action", "move_user_to_org"]);
    assert!(second.env("ORGDRIFT_TEST_NOW", "2026-11-03T07:10:00Z").output().unwrap().status.success());
    let ids = |arguments: &[&str]| {
        let mut all = vec!["list", "plans", "--format", "csv"];
        all.extend(arguments);
        let out = bench.run(&all).expect(0).out;
        out.lines().skip(1).map(|line| line[..1].to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ids(&[]), "2 1", "the newest first");
    assert_eq!(ids(&["--run", "latest"]), "2 1");
    assert_eq!(ids(&["--since", "2026-11-03"]), "2");
    assert_eq!(ids(&["--account", "001ACME00100000"]), "1");
    assert_eq!(ids(&["--account", "001ACME00900000YDA"]), "");
    assert_eq!(ids(&["--code", "duplicate_external_id"]), "1", "a class of one code");
    assert_eq!(ids(&["--code", "user_default_org_not_expected"]), "2 1");
    assert_eq!(ids(&["--org-id", "21700000001013"]), "1");
    assert_eq!(ids(&["--org-id", "21700000001014"]), "");
    assert_eq!(ids(&["--limit", "1"]), "2");
    let hash = |plan: i64| {
        bench.value(&format!("select substr(plan_hash, 1, 12) from plans where plan_id = {plan}"))
    };
    let out =
        bench.run(&["list", "plans"]).out.replace(&hash(1), "[hash of 1]").replace(&hash(2), "[hash of 2]");
    assert_snapshot!(out, @"
    plan_id  short_hash    run_id  state  created_at            planned  deferred  refused  source_identity
          2  [hash of 2]       1  ready  2026-11-03T07:10:00Z        2         0        0  acme-demo.sandbox/20481973
          1  [hash of 1]       1  ready  2026-11-02T07:00:00Z        5         0        7  acme-demo.sandbox/20481973
    ");
}

#[test]
fn the_command_that_comes_next_can_be_typed_as_it_stands() {
    let bench = Bench::with_demo();
    let until = ["--reason", "known", "--owner", "ops", "--expires", "2027-01-01"];
    let key = "user_domain_ambiguous/21700000004143";
    bench.run(&[&["suppression", "add", key][..], &until].concat()).expect(0);
    bench.run(&["audit"]).expect(0);
    let commands: [(&[&str], &str); 17] = [
        (&["list", "issues"], "explain org_duplicate_external_id"),
        (&["list", "issues", "--format", "json"], "explain org_duplicate_external_id"),
        (
            &["list", "issues", "--code", "user_domain_ambiguous", "--format", "csv"],
            "export workbook --output drift.xlsx",
        ),
        (&["list", "issues", "--org-id", "7"], "list rules"),
        (&["list", "issues", "--output", "issues.ndjson"], "explain org_duplicate_external_id"),
        (&["list", "orgs"], "explain duplicate_external_id"),
        (&["list", "orgs", "--code", "orphan_org"], "export workbook --output drift.xlsx"),
        (&["list", "users", "--code", "unassigned"], "export workbook --output drift.xlsx"),
        (&["audit", "users", "--code", "default_org_mismatch"], "explain default_org_mismatch"),
        (&["audit", "tickets"], "explain ticket_org_mismatch_domain_match"),
        (&["audit", "tickets", "--org-id", "7", "--format", "csv"], "list rules"),
        (&["list", "rules", "--code", "orphan_org"], "export workbook --output drift.xlsx"),
        (&["diff"], "explain user_domain_ambiguous"),
        (&["diff", "--format", "csv"], "explain user_domain_ambiguous"),
        (&["diff", "--code", "ticket_missing_org"], "list rules"),
        (&["suppression", "list"], "list issues --disposition suppressed"),
        (&["suppression", "list", "--format", "json", "--all"], "list issues --disposition suppressed"),
    ];
    for (command, next) in commands {
        let told = bench.run(command).expect(0);
        assert_eq!(told.err.lines().last(), Some(&*format!("next: orgdrift {next}")), "{command:?}");
        bench.run(&next.split(' ').collect::<Vec<_>>()).expect(0);
    }
    let told = bench.run(&["list", "plans", "--account", "001ACME00900000YDA"]).expect(0);
    assert!(told.err.ends_with("next: orgdrift plan\n"), "{}", told.err);
}
