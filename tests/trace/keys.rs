//! Keys that name nothing, several records or no key at all; and what must not be repeated.

use insta::assert_snapshot;

use crate::common::bench::Bench;

#[test]
fn an_unknown_id_is_answered_with_those_near_it() {
    let bench = Bench::with_demo();
    // One digit of …4187 is another, and that is user …4187 alone.
    assert_snapshot!(bench.unchanged(&["trace", "user", "21700000004188"]).text(), @"");
    assert_snapshot!(bench.unchanged(&["trace", "org", "2170000001065"]).text(), @"");
    assert_snapshot!(bench.unchanged(&["trace", "ticket", "1165"]).text(), @"");
    assert_snapshot!(bench.unchanged(&["trace", "ticket", "99999999"]).text(), @"");
    // Another letter case is another id of 15 characters.
    assert_snapshot!(bench.unchanged(&["trace", "account", "001ACMe00400000"]).text(), @"");
    assert_snapshot!(bench.unchanged(&["trace", "account", "001ZZZZ00400000"]).text(), @"");
    assert_snapshot!(bench.unchanged(&["trace", "account", "001ACMe00400000YDA", "--run", "1"]).text(), @"");
}

#[test]
fn an_unknown_address_is_answered_with_ids_of_the_same_domain_and_not_repeated() {
    let bench = Bench::with_demo();
    let told = bench.unchanged(&["trace", "user", "nobody.at.all@AcmeLabs-demo.io"]);
    assert_snapshot!(told.text(), @"");
    told.silent_about(&["nobody", "AcmeLabs-demo", "acmelabs-demo", "@"]);
    let told = bench.unchanged(&["trace", "user", "nobody@elsewhere-demo.com"]);
    assert_snapshot!(told.text(), @"");
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
        &["trace", "bob@acme.com"],
        &["trace", "user", "bob@acme.com", "bob@acme.com"],
        &["trace", "user"],
        &["trace"],
    ] {
        let told = bench.unchanged(arguments).expect(2).silent_about(&["bob", "acme.com"]);
        assert!(told.err.contains("hint: ") || told.err.contains("Usage"), "{arguments:?}: {}", told.err);
    }
    assert_snapshot!(bench.run(&["trace", "user", "bob"]).text(), @"");
    assert_snapshot!(bench.run(&["trace", "bob@acme.com"]).text(), @"");
    assert_snapshot!(bench.run(&["trace", "user", "7", "--format", "csv"]).text(), @"");
}

#[test]
fn an_address_of_several_users_is_a_choice() {
    let bench = Bench::empty();
    bench.write("accounts.csv", "Id,Name,Website\n001Hs00003WqA01IAF,Alder,alder-demo.com\n");
    bench.write("z/organizations.ndjson", "");
    bench.write(
        "z/users.ndjson",
        "{\"id\":7,\"name\":\"Ann\",\"email\":\"Ann@alder-demo.com\",\"role\":\"end-user\",\"verified\":true}\n\
         {\"id\":8,\"name\":\"Ann\",\"email\":\"ann@Alder-demo.com\",\"role\":\"end-user\",\"verified\":true,\"active\":false}\n",
    );
    bench.write("z/organization_memberships.ndjson", "");
    bench.write("z/tickets.ndjson", "");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "z"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let told = bench.unchanged(&["trace", "user", "ANN@alder-demo.com"]);
    assert_snapshot!(told.text(), @"");
    told.silent_about(&["ann", "ANN", "alder"]);
    assert!(bench.run(&["trace", "user", "8"]).expect(0).out.contains("the user is deleted"));
}

#[test]
fn a_trace_before_the_first_run_says_what_is_missing() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run(&["trace", "user", "7"]).text(), @"");
    bench.run(&["init"]).expect(0);
    assert_snapshot!(bench.run(&["trace", "user", "7"]).text(), @"");
    let bench = Bench::with_demo();
    assert_snapshot!(bench.run(&["trace", "user", "7", "--run", "9"]).text(), @"");
}
