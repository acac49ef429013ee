//! Keys that name nothing, several records or no key at all; and what must not be repeated.

use insta::assert_snapshot;

use crate::common::bench::Bench;

#[test]
fn an_unknown_id_is_answered_with_those_near_it() {
    let bench = Bench::with_demo();
    // Of the 39 users …4088, …4187 and …4198 differ from …4188 in one digit; ticket 1156 has two changed over.
    assert_snapshot!(bench.unchanged(&["trace", "user", "21700000004188"]).text(), @"
    exit 1
    error: no snapshot has user 21700000004188
    hint: did you mean `orgdrift trace user 21700000004088` or `orgdrift trace user 21700000004187` or `orgdrift trace user 21700000004198`?
    ");
    assert_snapshot!(bench.unchanged(&["trace", "org", "2170000001065"]).text(), @"
    exit 1
    error: no snapshot has organization 2170000001065
    hint: did you mean `orgdrift trace org 21700000001065`?
    ");
    assert_snapshot!(bench.unchanged(&["trace", "ticket", "1165"]).text(), @"
    exit 1
    error: no snapshot has ticket 1165
    hint: did you mean `orgdrift trace ticket 1156` or `orgdrift trace ticket 1162` or `orgdrift trace ticket 1164` or `orgdrift trace ticket 1168`?
    ");
    assert_snapshot!(bench.unchanged(&["trace", "ticket", "99999999"]).text(), @"
    exit 1
    error: no snapshot has ticket 99999999
    hint: `orgdrift list snapshots` shows what was read
    ");
    // Another letter case is another id of 15 characters.
    assert_snapshot!(bench.unchanged(&["trace", "account", "001ACMe00400000"]).text(), @"
    exit 1
    error: no snapshot has account 001ACMe00400000YBA
    hint: did you mean `orgdrift trace account 001ACME00400000YDA`?
    ");
    assert_snapshot!(bench.unchanged(&["trace", "account", "001ZZZZ00400000"]).text(), @"
    exit 1
    error: no snapshot has account 001ZZZZ00400000YDA
    hint: `orgdrift list snapshots` shows what was read
    ");
    assert_snapshot!(bench.unchanged(&["trace", "account", "001ACMe00400000YDA", "--run", "1"]).text(), @"
    exit 2
    error: no account has that name, and it is not an account id such as 001ACME00400000YDA (the last three characters do not match the letter case of the first 15)
    hint: did you mean `orgdrift trace account 001ACME00400000YDA --run 1`?
    ");
}

#[test]
fn an_unknown_address_is_answered_with_ids_of_the_same_domain_and_not_repeated() {
    let bench = Bench::with_demo();
    let told = bench.unchanged(&["trace", "user", "nobody.at.all@AcmeLabs-demo.io"]);
    assert_snapshot!(told.text(), @"
    exit 1
    error: no snapshot has a user with that address
    hint: users of the same e-mail domain: 21700000004165, 21700000004176, 21700000004187; such as `orgdrift trace user 21700000004165`
    ");
    told.silent_about(&["nobody", "AcmeLabs-demo", "acmelabs-demo", "@"]);
    let told = bench.unchanged(&["trace", "user", "nobody@elsewhere-demo.com"]);
    assert_snapshot!(told.text(), @"
    exit 1
    error: no snapshot has a user with that address
    hint: `orgdrift list snapshots` shows what was read
    ");
    told.silent_about(&["nobody", "elsewhere"]);
}

#[test]
fn what_is_no_key_is_said_without_repeating_it() {
    let bench = Bench::with_demo();
    for arguments in [
        &["trace", "user", "bob"][..],
        &["trace", "user", "-7"],
        &["trace", "org", "bob@acme.com"],
        &["trace", "org", "0"],
        &["trace", "ticket", "99999999999999999999"],
        &["trace", "account", "bob@acme.com"],
        &["trace", "account", "003ACME00400000"],
        &["trace", "user", "bob@acme.com", "bob@acme.com"],
        &["trace", "user"],
        &["trace"],
    ] {
        let told = bench.unchanged(arguments).expect(2).silent_about(&["bob", "acme.com"]);
        assert!(told.err.contains("hint: ") || told.err.contains("Usage"), "{arguments:?}: {}", told.err);
    }
    assert_snapshot!(bench.run(&["trace", "user", "bob"]).text(), @"
    exit 2
    error: no user has that name, and it is neither an e-mail address nor a Zendesk id, a whole number
    hint: `orgdrift find TEXT` searches by a part of the name, a domain, an address or a URL
    ");
    assert_snapshot!(bench.run(&["trace", "bob@acme.com"]).text(), @"
    exit 1
    error: nothing was found in the newest snapshots
    hint: try a part of the name, a domain, an e-mail address or an id; `orgdrift list snapshots` shows what was read
    ");
    assert_snapshot!(bench.run(&["trace", "user", "7", "--format", "csv"]).text(), @"
    exit 2
    error: invalid value 'csv' for '--format <FORMAT>'
      [possible values: table, json]

    For more information, try '--help'.
    ");
}

#[test]
fn an_address_of_several_users_is_a_choice() {
    let bench = Bench::empty();
    bench.write("accounts.csv", "Id,Name,Website\n001Hs00003WqA01IAF,Alder,alder-demo.com\n");
    bench.write("z/organizations.ndjson", "");
    bench.write(
        "z/users.ndjson",
        "{\"id\":7,\"name\":\"Ann\",\"email\":\"Ann@alder-demo.com\",\"role\":\"end-user\",\"verified\":true,\"active\":true,\"suspended\":false,\"organization_id\":null}\n\
         {\"id\":8,\"name\":\"Ann\",\"email\":\"ann@Alder-demo.com\",\"role\":\"end-user\",\"verified\":true,\"active\":false,\"suspended\":false,\"organization_id\":null}\n",
    );
    bench.write("z/organization_memberships.ndjson", "");
    bench.write("z/tickets.ndjson", "");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "z"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let told = bench.unchanged(&["trace", "user", "ANN@alder-demo.com"]);
    assert_snapshot!(told.text(), @"
    exit 2
    error: 2 users have that address: 7, 8
    hint: choose one by its id, such as `orgdrift trace user 7`
    ");
    told.silent_about(&["ann", "ANN", "alder"]);
    assert!(bench.run(&["trace", "user", "8"]).expect(0).out.contains("the user is deleted"));
}

#[test]
fn a_trace_before_the_first_run_says_what_is_missing() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run(&["trace", "user", "7"]).text(), @"
    exit 1
    error: there is no warehouse at orgdrift.db
    hint: run `orgdrift demo` for a first look, or `orgdrift init` for a warehouse of your own
    ");
    bench.run(&["init"]).expect(0);
    assert_snapshot!(bench.run(&["trace", "user", "7"]).text(), @"
    exit 1
    error: the warehouse has no run yet
    hint: run `orgdrift audit` to make one, or see `orgdrift list runs`
    ");
    let bench = Bench::with_demo();
    assert_snapshot!(bench.run(&["trace", "user", "7", "--run", "9"]).text(), @"
    exit 1
    error: the warehouse has no run 9
    hint: run `orgdrift audit` to make one, or see `orgdrift list runs`
    ");
}

#[test]
fn an_account_that_was_merged_away_stands_for_the_winner_and_one_that_contradicts_itself_is_said() {
    let audited = |file: &str| {
        let bench = Bench::empty();
        bench.copy(&format!("fixtures/salesforce/{file}"), "accounts.csv");
        for name in ["organizations", "users", "organization_memberships", "tickets"] {
            bench.write(&format!("z/{name}.ndjson"), "");
        }
        bench
            .run(&[
                "ingest",
                "salesforce",
                "accounts.csv",
                "--max-rejections",
                "90%",
                "--accept-rejections",
                "9",
            ])
            .expect(0);
        bench.run(&["ingest", "zendesk", "--from", "z"]).expect(0);
        bench.run(&["audit"]).expect(0);
        bench
    };
    let merged = audited("deleted_and_merged.csv");
    let told = merged.run(&["trace", "account", "001Hs00003WqB02IAF"]).expect(0);
    let remark = "Account 001Hs00003WqB02IAF was merged into 001Hs00003WqA01IAF, which is shown.";
    assert!(told.out.contains(remark), "{}", told.out);
    assert!(told.out.starts_with("account 001Hs00003WqA01IAF in run 1\n"), "{}", told.out);
    let contradicted = audited("duplicate_ids_that_differ.csv");
    assert_snapshot!(contradicted.run(&["trace", "account", "001Hs00003WqA01IAF"]).text(), @"
    exit 1
    error: the row of account 001Hs00003WqA01IAF in snapshot 1 could not be used (line 2, differing_rows)
    hint: correct the row of the account in the file, then ingest and audit again
    ");
}
