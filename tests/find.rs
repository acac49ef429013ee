//! `orgdrift find`: from whatever a person has of a record to the record.

use crate::common::bench::Bench;

/// Kind and id of each record that is found.
fn found(bench: &Bench, text: &str) -> Vec<(String, String)> {
    let told = bench.unchanged(&["find", text, "--json"]).expect(0);
    let rows: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    rows.as_array().unwrap().iter().map(|row| (text(row, "kind"), text(row, "id"))).collect()
}

#[test]
fn a_record_is_found_by_every_thing_that_names_it() {
    let bench = Bench::with_demo();
    let only = |text: &str| {
        let mut found = found(&bench, text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found.remove(0)
    };
    let org = ("org".to_owned(), "21700000001039".to_owned());
    assert_eq!(only("21700000001039"), org);
    assert_eq!(only("https://acme-demo.zendesk.com/agent/organizations/21700000001039/users"), org);
    let account = ("account".to_owned(), "001ACME00300000YDA".to_owned());
    assert_eq!(only("https://acme.lightning.force.com/lightning/r/Account/001ACME00300000YDA/view"), account);
    let user = ("user".to_owned(), "21700000004231".to_owned());
    assert_eq!(only("Peter.Nowak@acmeretail-demo.com"), user);
    assert_eq!(only("peter nowak"), user);
    assert_eq!(only("1156"), ("ticket".to_owned(), "1156".to_owned()));
    // 15 characters are enough, and the organization carries the id.
    assert!(found(&bench, "001ACME00300000").contains(&account));
    let by_domain = found(&bench, "acmefoods-demo.co.uk");
    assert!(by_domain.contains(&account) && by_domain.contains(&org), "{by_domain:?}");
    let by_name = found(&bench, "acme foods");
    assert!(by_name.contains(&account) && by_name.contains(&org), "{by_name:?}");
}

#[test]
fn it_says_by_what_a_record_was_found() {
    let bench = Bench::with_demo();
    let told = bench.unchanged(&["find", "acmeretail", "--json"]).expect(0);
    let rows: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let people: Vec<_> = rows.as_array().unwrap().iter().filter(|row| row["kind"] == "user").collect();
    assert!(!people.is_empty());
    for row in people {
        let is_in_name = row["name"].as_str().unwrap().to_lowercase().contains("acmeretail");
        assert_eq!(row["found_by"], if is_in_name { "name" } else { "address" }, "{row}");
    }
}

#[test]
fn what_is_not_there_is_answered_with_names_like_it_and_never_repeated() {
    let bench = Bench::with_demo();
    let told = bench.unchanged(&["find", "Acme Fods"]).expect(1).silent_about(&["Fods", "Acme Foods"]);
    assert!(told.err.contains("`orgdrift trace account 001ACME00300000YDA`"), "{}", told.err);
    let told = bench
        .unchanged(&["find", "nobody@elsewhere-demo.com"])
        .expect(1)
        .silent_about(&["nobody", "elsewhere"]);
    assert!(told.err.contains("hint: "), "{}", told.err);
    bench.run(&["find"]).expect(2);
}

#[test]
fn a_trace_takes_the_same_and_lists_what_is_ambiguous() {
    let bench = Bench::with_demo();
    let by_id = bench.unchanged(&["trace", "user", "21700000004231"]).expect(0).out;
    for text in [
        &["trace", "peter", "nowak"][..],
        &["trace", "peter.nowak@acmeretail-demo.com"],
        &["trace", "user", "Peter Nowak"],
    ] {
        assert_eq!(bench.unchanged(text).expect(0).out, by_id, "{text:?}");
    }
    let told = bench.unchanged(&["trace", "acmefoods-demo.co.uk"]).expect(2);
    assert!(told.out.contains("001ACME00300000YDA") && told.out.contains("21700000001039"), "{}", told.out);
    assert!(told.err.contains("choose one by its id"), "{}", told.err);
    let told = bench.unchanged(&["trace", "org", "acmefoods-demo.co.uk"]).expect(0);
    assert!(told.out.contains("org 21700000001039"), "{}", told.out);
}

#[test]
fn shells_and_manuals_know_every_command() {
    let bench = Bench::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let told = bench.run(&["completions", shell]).expect(0);
        assert!(told.out.contains("personal-domain") && told.out.contains("completions"), "{shell}");
    }
    bench.run(&["man", "pages"]).expect(0);
    for page in ["orgdrift.1", "orgdrift-plan-show.1", "orgdrift-ingest-salesforce.1"] {
        let text = std::fs::read_to_string(bench.path("pages").join(page)).unwrap();
        assert!(text.contains(".TH"), "{page}");
    }
    assert!(bench.run(&["man"]).expect(0).out.contains("orgdrift"));
}
