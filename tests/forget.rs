//! `forget user`: a person is nowhere in the file, stays away, and what was done stays proven.

use std::fs;

use rusqlite::Connection;

use crate::common::bench::Bench;

/// A user of the demo with an issue, by id: name and address.
struct Person {
    id: String,
    name: String,
    email: String,
}

/// The whole loop of the demo, with a person named wherever people type.
fn bench() -> (Bench, Person) {
    let bench = Bench::empty();
    bench.run(&["demo", "--all"]).expect(0);
    let row = bench.rows(
        "select u.user_id, u.name, u.email from _user_versions as u
         join receipts as r on r.user_id = u.user_id
         where u.name like '% %' and r.outcome = 'applied' order by u.user_id limit 1",
    );
    let mut cells = row[0].split('|').map(str::to_owned);
    let mut next = || cells.next().unwrap();
    let person = Person { id: next(), name: next(), email: next() };
    let database = Connection::open(bench.db()).unwrap();
    let (name, email) = (&person.name, &person.email);
    for (sql, text) in [
        (
            "insert into ingest_warnings (snapshot_id, line, column_name, reason, value, subject_kind, subject_id)
             values (2, 1, 'email', 'no_at_sign', ?1, 'user', '1')",
            email.to_uppercase(),
        ),
        (
            "insert into ingest_rejections (snapshot_id, line, column_name, reason, value)
             values (1, 1, 'Id', 'malformed_account_id', ?1)",
            email.clone(),
        ),
        (
            "insert into suppressions (issue_key, reason, owner, created_at, expires_on)
             values ('orphan_org/1', ?1, 'support', '2026-11-02T07:00:00Z', '2026-12-01')",
            format!("{name} asked for it"),
        ),
        (
            "insert into _decisions (account_id, note, decided_by, decided_at, run_id, source_digest)
             values ('001ACME00100000YDA', ?1, 'support', '2026-11-02T07:00:00Z', 1, 'x')",
            format!("call {email}"),
        ),
        (
            "update _ticket_versions set subject = ?1 where ticket_id = (select min(ticket_id) from _ticket_versions)",
            format!("Re: {name}"),
        ),
        (
            "update _account_versions set extra = json_object('Contact', ?1, 'Tier', 'gold')
             where account_id = '001ACME00100000YDA'",
            name.clone(),
        ),
    ] {
        database.execute(sql, [text]).unwrap();
    }
    (bench, person)
}

fn is_in(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).to_lowercase().contains(&text.to_lowercase())
}

#[test]
fn a_forgotten_person_is_nowhere_in_the_file_and_receipts_still_verify() {
    let (bench, person) = bench();
    let receipts = bench.rows("select * from receipts order by event_id");
    let domain =
        bench.value(&format!("select email_domain from latest_zendesk_users where user_id = {}", person.id));
    let before = fs::read(bench.db()).unwrap();
    assert!(is_in(&before, &person.name) && is_in(&before, &person.email));

    let told = bench.unchanged(&["forget", "user", &person.email]).expect(0);
    assert!(told.err.contains("nothing was changed; --confirm"), "{}", told.err);
    for place in [
        "user_versions",
        "ingest_warnings.value",
        "ingest_rejections.value",
        "suppressions.reason",
        "decisions.note",
        "ticket_versions.subject",
        "account_versions.extra",
    ] {
        assert!(told.out.contains(place), "{place}: {}", told.out);
    }
    let told = told.silent_about(&[&person.name, &person.email]);
    assert!(
        told.err.ends_with(&format!("next: orgdrift forget user {} --confirm\n", person.id)),
        "{}",
        told.err
    );

    bench
        .run(&["forget", "user", &person.id, "--confirm"])
        .expect(0)
        .silent_about(&[&person.name, &person.email]);
    let after = fs::read(bench.db()).unwrap();
    assert!(!is_in(&after, &person.name) && !is_in(&after, &person.email));
    assert_eq!(bench.value("pragma integrity_check"), "ok");

    // What names nobody stays.
    assert_eq!(bench.rows("select * from receipts order by event_id"), receipts);
    bench.run(&["receipt", "verify"]).expect(0);
    let user = format!(
        "select user_id, name, email, email_domain, external_id from latest_zendesk_users where user_id = {}",
        person.id
    );
    assert_eq!(bench.rows(&user), [format!("{}||~|{domain}|~", person.id)]);
    assert_eq!(
        bench.value("select extra from _account_versions where account_id = '001ACME00100000YDA' limit 1"),
        r#"{"Contact":null,"Tier":"gold"}"#
    );

    // No export shows the person.
    bench.run(&["export-db", "copy.db", "--profile", "full"]).expect(0);
    let copy = fs::read(bench.path("copy.db")).unwrap();
    assert!(!is_in(&copy, &person.name) && !is_in(&copy, &person.email));
    let trace = bench.run(&["trace", "user", &person.id]).expect(0).out;
    assert!(!is_in(trace.as_bytes(), &person.name) && !is_in(trace.as_bytes(), &person.email));
    let issues = bench
        .run(&[
            "query",
            "members",
            "--org",
            &bench.value("select min(organization_id) from zendesk_organization_memberships"),
            "--format",
            "csv",
        ])
        .expect(0)
        .out;
    assert!(!is_in(issues.as_bytes(), &person.email));
}

#[test]
fn the_next_snapshot_does_not_bring_the_name_back() {
    let (bench, person) = bench();
    bench.run(&["forget", "user", &person.email, "--confirm"]).expect(0);
    let versions =
        |id: &str| bench.value(&format!("select count(*) from _user_versions where user_id = {id}"));
    let before = versions(&person.id);
    bench.copy("fixtures/demo", "later");
    // The person is there again, and once more under another id.
    let file = bench.path("later/zendesk/users.ndjson");
    let users = fs::read_to_string(&file).unwrap();
    let again =
        users.lines().find(|line| line.contains(&person.email)).unwrap().replace(&person.id, "990077");
    fs::write(&file, format!("{users}{again}\n")).unwrap();
    bench
        .run(&["ingest", "zendesk", "--from", "later/zendesk", "--taken-at", "2026-11-02T09:00:00Z"])
        .expect(0)
        .silent_about(&[&person.email]);
    bench.run(&["audit"]).expect(0);
    let after = fs::read(bench.db()).unwrap();
    assert!(!is_in(&after, &person.name) && !is_in(&after, &person.email));
    assert_eq!(
        bench.value("select name || coalesce(email, '-') from latest_zendesk_users where user_id = 990077"),
        "-"
    );
    // A user whose record is as it was has no new version for having been blanked.
    let other = bench.value(&format!(
        "select count(*) from _user_versions where user_id = {} and valid_to > 1000000",
        person.id
    ));
    assert_eq!(other, "1");
    assert!(before.parse::<u32>().unwrap() <= versions(&person.id).parse::<u32>().unwrap());
}

#[test]
fn a_blanked_record_is_the_same_record_in_the_next_snapshot() {
    let bench = Bench::with_demo();
    let id = bench.value("select user_id from latest_zendesk_users where name like '% %' and email is not null order by 1 limit 1");
    bench.run(&["forget", "user", &id, "--confirm"]).expect(0);
    bench.copy("fixtures/demo", "later");
    bench
        .run(&["ingest", "zendesk", "--from", "later/zendesk", "--taken-at", "2026-11-02T06:59:00Z"])
        .expect(0);
    assert_eq!(bench.value(&format!("select count(*) from _user_versions where user_id = {id}")), "1");
    assert_eq!(bench.value("select count(*) from _user_versions where valid_from > 2"), "0");
}

#[test]
fn nobody_is_forgotten_by_mistake() {
    let bench = Bench::with_demo();
    for (whom, code, says) in [
        ("nobody@nowhere-demo.com", 1, "no snapshot holds a user"),
        ("12345", 1, "no snapshot holds a user"),
        ("Nadia Brooks", 2, "the Zendesk id or the e-mail address"),
    ] {
        for confirm in [&[][..], &["--confirm"]] {
            let arguments: Vec<&str> = ["forget", "user", whom].iter().chain(confirm).copied().collect();
            let told = bench.unchanged(&arguments).expect(code);
            assert!(told.err.contains(says), "{whom}: {}", told.err);
            told.silent_about(&["nobody@nowhere-demo.com"]);
        }
    }
}
