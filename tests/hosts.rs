//! What stands in a domain field and identifies nobody: characters that no host has, public suffixes, hosts of platforms.

use crate::common::bench::Bench;

const IDS: [&str; 6] = [
    "001Hs00003Ab000IAB",
    "001Hs00004bI001IAC",
    "001Hs00005Cp002IAB",
    "001Hs00006dW003IAC",
    "001Hs00007Ed004IAB",
    "001Hs00008fK005IAC",
];

/// Reads accounts with these websites.
fn with_websites(websites: &[&str]) -> Bench {
    let bench = Bench::with_warehouse();
    read_websites(&bench, websites);
    bench
}

fn read_websites(bench: &Bench, websites: &[&str]) {
    let rows: String =
        websites.iter().zip(IDS).map(|(website, id)| format!("{id},Alder,\"{website}\"\n")).collect();
    bench.write("accounts.csv", format!("Id,Name,Website\n{rows}"));
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
}

/// Domain and whether it is usable, in the newest snapshot.
fn domains(bench: &Bench) -> Vec<String> {
    bench.rows("select domain, is_usable from latest_salesforce_account_domains order by account_id, domain")
}

fn warnings(bench: &Bench) -> Vec<String> {
    bench.rows("select column_name, reason, subject_kind from ingest_warnings order by line, value")
}

#[test]
fn typographic_characters_make_no_key() {
    let websites = [
        "http://www.north–gate-demo.com",
        "www.south‐gate-demo.com",
        "https://www.mcdougal’s-demo.com",
        "•birch-demo.com",
        "www.acme®-demo.com",
        "mÃ¼nchen-demo.de",
    ];
    let bench = with_websites(&websites);
    assert_eq!(domains(&bench), [""; 0]);
    assert_eq!(warnings(&bench), ["Website|not_a_host_name|account"; 6]);

    let bench = with_websites(&["例え-demo.jp", "www.west-demo.com", "“cedar-demo.com”"]);
    assert_eq!(domains(&bench), ["xn---demo-653dw88r.jp|1", "west-demo.com|1", "cedar-demo.com|1"]);
    assert_eq!(warnings(&bench), [""; 0]);
}

#[test]
fn a_public_suffix_is_no_key_behind_www_either() {
    let bench = with_websites(&[
        "https://www.gov.uk/government/organisations/hm-treasury",
        "https://www.nhs.uk",
        "https://www.vic.gov.au/department",
        "https://www.gov.br/fazenda/pt-br",
        "https://www.health.nsw.gov.au",
        "shop-demo.myshopify.com",
    ]);
    assert_eq!(domains(&bench), ["health.nsw.gov.au|1", "shop-demo.myshopify.com|1"]);
    assert_eq!(warnings(&bench), ["Website|public_suffix|account"; 4]);
}

#[test]
fn a_platform_is_stored_warned_of_and_not_usable() {
    let bench = with_websites(&[
        "https://www.facebook.com/cornerbakery",
        "https://de.linkedin.com/company/linkedco/about/",
        "https://sites.google.com/view/sitesco",
        "https://www.google.com/maps/place/Corner+Bakery/@48.13",
        "https://www.instagram.com/cafe",
        "https://gcc02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.acme-demo.com",
    ]);
    assert_eq!(
        domains(&bench),
        [
            "facebook.com|0",
            "de.linkedin.com|0",
            "sites.google.com|0",
            "google.com|0",
            "instagram.com|0",
            "gcc02.safelinks.protection.outlook.com|0",
        ]
    );
    assert_eq!(warnings(&bench), ["Website|platform_host|account"; 6]);
}

#[test]
fn organizations_and_users_on_a_platform_are_warned_of() {
    let bench = Bench::with_warehouse();
    bench.write(
        "zendesk/organizations.ndjson",
        r#"{"id": 9001, "name": "Alder", "external_id": null, "shared_tickets": false, "shared_comments": false,
"domain_names": ["m.facebook.com", "alder-demo.com"], "created_at": "2026-01-05T10:00:00Z"}"#
            .replace('\n', " "),
    );
    bench.write(
        "zendesk/users.ndjson",
        r#"{"id": 501, "name": "Person", "email": "ann@linkedin.com", "role": "end-user", "verified": true, "active": true,
"suspended": false, "shared": false, "organization_id": 9001, "created_at": "2026-01-05T10:00:00Z"}"#
            .replace('\n', " "),
    );
    bench.write("zendesk/organization_memberships.ndjson", "");
    bench.write("zendesk/tickets.ndjson", "");
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]);
    assert_eq!(
        bench.rows(
            "select column_name, reason, subject_kind, subject_id from ingest_warnings
             where reason = 'platform_host' order by subject_id"
        ),
        ["email|platform_host|user|501", "domain_names|platform_host|organization|9001"]
    );
    assert_eq!(
        bench.rows("select domain from zendesk_organization_domains order by domain"),
        ["alder-demo.com", "m.facebook.com"]
    );
}

#[test]
fn a_change_of_the_list_reaches_the_domains_that_are_stored() {
    let bench =
        with_websites(&["de.cedar-demo.com", "cedar-demo.com", "notcedar-demo.com", "de.linkedin.com"]);
    let usable = |expected: [&str; 4]| assert_eq!(domains(&bench), expected);
    let change = |arguments: &[&str]| {
        let told = bench.run(&[&["personal-domain"], arguments].concat()).expect(0);
        told.err.lines().next().unwrap().to_owned()
    };
    usable(["de.cedar-demo.com|1", "cedar-demo.com|1", "notcedar-demo.com|1", "de.linkedin.com|0"]);

    // A personal domain is named exactly, a platform stands for its sub-hosts.
    change(&["add", "cedar-demo.com"]);
    usable(["de.cedar-demo.com|1", "cedar-demo.com|0", "notcedar-demo.com|1", "de.linkedin.com|0"]);
    change(&["remove", "cedar-demo.com"]);
    change(&["add", "cedar-demo.com", "--kind", "platform"]);
    usable(["de.cedar-demo.com|0", "cedar-demo.com|0", "notcedar-demo.com|1", "de.linkedin.com|0"]);
    assert_eq!(
        change(&["add", "de.cedar-demo.com"]),
        "de.cedar-demo.com was on the list already, as platform"
    );

    // One sub-host is a customer's after all; then it is not.
    change(&["remove", "de.cedar-demo.com"]);
    usable(["de.cedar-demo.com|1", "cedar-demo.com|0", "notcedar-demo.com|1", "de.linkedin.com|0"]);
    assert_eq!(change(&["remove", "de.cedar-demo.com"]), "de.cedar-demo.com is not on the list");
    change(&["add", "de.cedar-demo.com", "--kind", "platform"]);
    usable(["de.cedar-demo.com|0", "cedar-demo.com|0", "notcedar-demo.com|1", "de.linkedin.com|0"]);
    change(&["remove", "cedar-demo.com"]);
    usable(["de.cedar-demo.com|1", "cedar-demo.com|1", "notcedar-demo.com|1", "de.linkedin.com|0"]);

    // A bundled platform is a customer.
    change(&["remove", "linkedin.com"]);
    usable(["de.cedar-demo.com|1", "cedar-demo.com|1", "notcedar-demo.com|1", "de.linkedin.com|1"]);
    assert_eq!(
        bench.rows("select * from personal_domains where origin = 'operator' or is_removed = 1"),
        ["linkedin.com|platform|bundled|1|2026-11-02T07:00:00Z|1"]
    );
    // A domain that is read later is judged by the list as well.
    read_websites(&bench, &["uk.linkedin.com", "x.mailinator.com", "de.facebook.com", "acme.tumblr.com"]);
    assert_eq!(
        domains(&bench),
        ["uk.linkedin.com|1", "x.mailinator.com|0", "de.facebook.com|0", "acme.tumblr.com|1"]
    );
    change(&["add", "linkedin.com"]);
    assert_eq!(
        domains(&bench),
        ["uk.linkedin.com|0", "x.mailinator.com|0", "de.facebook.com|0", "acme.tumblr.com|1"]
    );
}

#[test]
fn an_older_warehouse_is_judged_again() {
    let bench = with_websites(&["alder-demo.com", "facebook.com", "cedar-demo.com"]);
    // As an orgdrift without the list and with other normalizers leaves it.
    rusqlite::Connection::open(bench.db())
        .unwrap()
        .execute_batch(
            "delete from _derived_state;
             update _domains set listed_kind = null;
             update _domains set domain = 'xn--i-7iq.com' where domain = 'cedar-demo.com'",
        )
        .unwrap();
    bench.run(&["list", "snapshots"]).expect(0);
    assert_eq!(domains(&bench), ["alder-demo.com|1", "facebook.com|0", "xn--i-7iq.com|0"]);
}

#[test]
fn the_list_is_shown_by_kind() {
    let bench = Bench::with_warehouse();
    let list =
        |arguments: &[&str]| bench.run(&[&["personal-domain", "list"], arguments].concat()).expect(0).out;
    let platforms = list(&["--kind", "platform", "--contains", "linkedin.com"]);
    let mut lines = platforms.lines();
    let header: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(header, ["domain", "kind", "origin", "is_removed", "changed_at"]);
    assert!(
        lines.any(|line| line.trim_start().starts_with("linkedin.com ") && line.contains(" platform ")),
        "{platforms}"
    );
    assert!(list(&["--kind", "disposable"]).contains("mailinator.com"));
    assert!(!list(&["--kind", "personal"]).contains("mailinator.com"));
    assert_eq!(
        bench.rows("select kind, count(*) >= 150 from personal_domains group by kind order by kind"),
        ["disposable|1", "personal|1", "platform|1"]
    );
}

#[test]
fn the_kind_is_part_of_the_rules_in_force() {
    let bench = Bench::with_demo();
    let run = |kind: &str| {
        bench.run(&["personal-domain", "add", "nobody-demo.com", "--kind", kind]).expect(0);
        bench.run(&["audit"]).expect(0);
        bench.run(&["personal-domain", "remove", "nobody-demo.com"]).expect(0);
        bench.value("select personal_domains_digest from runs order by run_id desc limit 1")
    };
    assert_ne!(run("platform"), run("personal"));
    assert_eq!(bench.value("select count(distinct rule_set_digest) from runs"), "3");
}
