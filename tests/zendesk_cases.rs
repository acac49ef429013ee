//! Exports of Zendesk records as connectors, scripts and warehouses write them: what is stored of each.

use std::fs;

use crate::common::bench::{Bench, Told};

/// A folder with a case of `fixtures/cases/zendesk` and no warehouse yet.
fn case(name: &str) -> Bench {
    let bench = Bench::empty();
    bench.copy(&format!("fixtures/cases/zendesk/{name}"), ".");
    bench
}

fn ingest(bench: &Bench, more: &[&str]) -> Told {
    bench.run(&[&["ingest", "zendesk", "--from", "zd"], more].concat())
}

/// Outcome, reason and rows of each collection of the newest snapshot.
fn collections(bench: &Bench) -> Vec<String> {
    bench.rows(
        "select collection, outcome, reason, row_count from snapshot_collections
         where snapshot_id = (select max(snapshot_id) from snapshots where source = 'zendesk') order by collection",
    )
}

fn users(bench: &Bench) -> Vec<String> {
    bench.rows("select user_id, email, default_organization_id from latest_zendesk_users order by user_id")
}

const THREE_USERS: [&str; 3] =
    ["501|ann@harbor-mills.com|9001", "502|bo@pinecrest-labs.com|9002", "503|cy@harbor-mills.com|9002"];

#[test]
fn every_way_to_write_an_export_is_read_whole() {
    for name in [
        "f1_second_file_not_read",
        "f2_jsonl",
        "f2b_one_jsonl",
        "f3_airbyte_wrapper",
        "f4_singer",
        "f5_bigquery_strings",
        "f7_concat_bom",
    ] {
        let bench = case(name);
        ingest(&bench, &[]).expect(0);
        assert_eq!(users(&bench), THREE_USERS, "{name}");
        assert_eq!(
            collections(&bench),
            [
                "organization_memberships|complete|~|3",
                "organizations|complete|~|2",
                "tickets|complete|~|3",
                "users|complete|~|3"
            ],
            "{name}"
        );
        assert_eq!(
            bench.rows("select organization_id, external_account_id, shared_tickets, undecided_fields from latest_zendesk_organizations"),
            ["9001|001Qx0000000001IAA|0|~", "9002|001Qx0000000002IAA|0|~"],
            "{name}"
        );
        assert_eq!(
            bench.rows(
                "select distinct ticket_restriction, is_shared, undecided_fields from latest_zendesk_users"
            ),
            ["requested|0|~"],
            "{name}"
        );
    }
}

/// The three users of a case, one a line, as the API writes them.
fn lines(bench: &Bench) -> Vec<String> {
    fs::read_to_string(bench.path("zd/users.ndjson")).unwrap().lines().map(str::to_owned).collect()
}

/// A folder whose users are in these files in place of `users.ndjson`. `{1}`, `{2}`, `{3}` stand for the records.
fn users_as(files: &[(&str, &str)]) -> Bench {
    let bench = case("k0_reference");
    let records = lines(&bench);
    fs::remove_file(bench.path("zd/users.ndjson")).unwrap();
    for (name, text) in files {
        let mut text = (*text).to_owned();
        for (at, record) in records.iter().enumerate() {
            text = text.replace(&format!("{{{}}}", at + 1), record);
            text = text.replace(&format!("{{{}}}s", at + 1), record);
        }
        bench.write(&format!("zd/{name}"), text);
    }
    bench
}

#[test]
fn parts_and_wrappers_of_each_kind_are_read_in_natural_order() {
    let tables: &[&[(&str, &str)]] = &[
        &[("users-10.ndjson", "{3}\n"), ("users-9.ndjson", "{1}\n{2}\n")],
        &[("users.json", "[{1},{2}]"), ("users_0002.jsonl", "{3}")],
        &[("users.2026-01-31.jsonl", "{1}\n{2}"), ("users.2026-02-01.jsonl", "{3}")],
        &[
            ("users-1.json", r#"{"users":[{1},{2}],"meta":{"has_more":true}}"#),
            ("users-2.json", r#"{"users":[{3}],"meta":{"has_more":false}}"#),
        ],
        &[
            (
                "users/2026_01_31_1_0.jsonl",
                r#"{"_airbyte_raw_id":"a","_airbyte_extracted_at":1769817600000,"_airbyte_data":{1}}
{"_airbyte_raw_id":"b","_airbyte_extracted_at":1769817600000,"_airbyte_data":{2}}"#,
            ),
            (
                "users/2026_01_31_1_1.jsonl",
                r#"{"_airbyte_raw_id":"c","_airbyte_extracted_at":1769821200000,"_airbyte_data":{3}}"#,
            ),
        ],
        &[(
            "users.ndjson",
            "{\"type\":\"STATE\",\"value\":{}}\n{\"stream\":\"users\",\"record\":{1},\"type\":\"RECORD\"}\n{\"type\":\"RECORD\",\"stream\":\"users\",\"record\":{2},\"time_extracted\":\"2026-01-01T00:00:00.123Z\"}\n{\"type\":\"ACTIVATE_VERSION\",\"stream\":\"users\",\"version\":1}\n{\"type\":\"RECORD\",\"stream\":\"users\",\"record\":{3}}\n",
        )],
        &[("users.json", r#"{"columns":[{"name":"id"}],"rows":[{1},{2},{3}]}"#)],
        &[("users.json", "\u{feff}[{1},{2}]\n\u{feff}[{3}]")],
        &[("users.ndjson", "\u{feff}{1}\r\n\u{feff}\r\n{2}\n\u{feff}{3}")],
    ];
    for files in tables {
        let bench = users_as(files);
        ingest(&bench, &[]).expect(0);
        let ids = bench.rows("select user_id from latest_zendesk_users order by user_id");
        assert_eq!(ids, ["501", "502", "503"], "{files:?}");
    }
}

#[test]
fn a_wrapper_with_something_else_in_it_is_refused_with_its_line() {
    for (text, problem) in [
        ("{\"_airbyte_data\":{1}}\n{\"_airbyte_data\":[1]}\n", "users.ndjson, line 2"),
        ("{\"type\":\"RECORD\",\"stream\":\"users\"}\n", "users.ndjson, line 1"),
        (
            "{\"type\":\"RECORD\",\"stream\":\"tickets\",\"record\":{1}}\n",
            "holds tickets, where users were expected",
        ),
        ("{\"_airbyte_data\":{\"id\":0}}\n", "users.ndjson, line 1, column 24, field id"),
        ("{1}\n{\"_airbyte_data\":{2}}\n", "mixes pages, plain lists and single records"),
        ("{\"id\":\"5O1\",\"role\":\"end-user\"}\n", "users.ndjson, line 1"),
        ("{\"id\":\"9223372036854775808\"}\n", "users.ndjson, line 1"),
        ("{\"id\":\"\"}\n", "users.ndjson, line 1"),
        ("{\"id\":\"12.0\"}\n", "users.ndjson, line 1"),
    ] {
        let told = ingest(&users_as(&[("users.ndjson", text)]), &[]);
        assert_ne!(told.code, 0, "{text}");
        assert!(told.err.contains(problem), "{text}: {}", told.err);
    }
}

#[test]
fn times_without_an_offset_are_named_for_what_they_are() {
    let told = ingest(&case("f5b_warehouse_times"), &[]).expect(1);
    assert!(told.err.contains("users.ndjson, line 1") && told.err.contains("created_at"), "{}", told.err);
    assert!(
        told.err.contains("expected an ISO-8601 time with an offset, like 2026-01-31T08:00:00Z"),
        "{}",
        told.err
    );
}

#[test]
fn a_file_that_may_be_a_part_is_refused_and_any_other_is_mentioned() {
    let bench = case("f1_second_file_not_read");
    for name in ["users_page2.json", "users-old.ndjson", "users.ndjson.bak"] {
        bench.copy_within("zd/users-2.ndjson", &format!("zd/{name}"));
        let told = ingest(&bench, &[]);
        assert_ne!(told.code, 0);
        assert!(
            told.err.contains(&format!("{name} looks like users, but its name is not that of a part")),
            "{}",
            told.err
        );
        fs::remove_file(bench.path(&format!("zd/{name}"))).unwrap();
    }
    for (name, text) in [
        ("README.txt", "see users-2.ndjson"),
        ("tickets_notes.txt", "nothing"),
        ("users_schema.json", "{\"type\":\"object\"}"),
        ("brands.ndjson", "{\"id\":1}\n"),
        (".hidden", ""),
    ] {
        bench.write(&format!("zd/{name}"), text);
    }
    let told = ingest(&bench, &[]).expect(0);
    assert!(
        told.err.contains("not read: README.txt, brands.ndjson, tickets_notes.txt, users_schema.json\n"),
        "{}",
        told.err
    );
    assert_eq!(users(&bench), THREE_USERS);
}

#[test]
fn exports_one_after_the_other_need_a_choice() {
    // The second export no longer has user 502, and user 501 changed.
    let changed = |record: &str| {
        record.replace("2026-10-01T08:00:00Z", "2026-10-31T08:00:00Z").replace("ann@", "anna@")
    };
    let bench = users_as(&[("users.2026-10-24.ndjson", "{1}\n{2}\n")]);
    let newer = format!("{}\n{}\n", changed(&lines_of("k0_reference")[0]), lines_of("k0_reference")[2]);
    bench.write("zd/users.2026-10-31.ndjson", newer);
    let told = ingest(&bench, &[]);
    assert_ne!(told.code, 0);
    assert!(
        told.err.contains(
            "users.2026-10-24.ndjson and users.2026-10-31.ndjson are two exports of users, not parts of one"
        ),
        "{}",
        told.err
    );
    assert!(told.err.contains("--parts newest") && told.err.contains("--parts append"), "{}", told.err);
    ingest(&bench, &["--parts", "append"]).expect(0);
    let ids = "select user_id, email from latest_zendesk_users order by user_id";
    assert_eq!(
        bench.rows(ids),
        ["501|anna@harbor-mills.com", "502|bo@pinecrest-labs.com", "503|cy@harbor-mills.com"]
    );
    assert_eq!(collections(&bench)[3], "users|bounded|append|3");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["audit"]);
    assert_eq!(
        bench.rows("select code, is_evaluated, reason from run_coverage where is_evaluated = 0"),
        ["orphan_org|0|users: bounded (append)"]
    );
    // The newest alone closes what it does not have.
    ingest(&bench, &["--parts", "newest"]).expect(0);
    assert_eq!(bench.rows(ids), ["501|anna@harbor-mills.com", "503|cy@harbor-mills.com"]);
    assert_eq!(collections(&bench)[3], "users|complete|~|2");
    // Put over the newest, the older one brings nobody back but closes nobody either.
    fs::remove_file(bench.path("zd/users.2026-10-24.ndjson")).unwrap();
    bench.write("zd/users.2026-11-02.ndjson", format!("{}\n", lines_of("k0_reference")[0]));
    ingest(&bench, &["--parts", "append"]).expect(0);
    assert_eq!(bench.rows(ids), ["501|anna@harbor-mills.com", "503|cy@harbor-mills.com"]);
}

fn lines_of(name: &str) -> Vec<String> {
    lines(&case(name))
}

/// A collection, its field, the codes that cannot be evaluated without it.
#[test]
fn a_field_that_no_record_has_makes_its_collection_partial() {
    for (name, collection, fields) in [
        ("k1_full_json_export_tickets_embed_requester", "tickets", "requester_id, organization_id"),
        ("k3_organizations_without_domain_names_fivetran", "organizations", "domain_names"),
        ("k3b_organizations_without_domain_names_unlinked", "organizations", "domain_names"),
        ("k4_organizations_without_external_id", "organizations", "external_id"),
        ("k5_users_without_role", "users", "role"),
        ("k6_users_without_organization_id", "users", "organization_id"),
        ("p8_shared_flags_absent", "organizations", "shared_tickets, shared_comments"),
    ] {
        let bench = case(name);
        let told = ingest(&bench, &[]).expect(6);
        assert!(
            told.err.contains(&format!("{collection}: partial (field_absent {fields})")),
            "{name}: {}",
            told.err
        );
        let row = format!("{collection}|partial|field_absent {fields}|");
        assert!(
            collections(&bench).iter().any(|found| found.starts_with(&row)),
            "{name}: {:?}",
            collections(&bench)
        );
        bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
        bench.run(&["audit"]);
        let reason = format!("{collection}: partial (field_absent {fields})");
        assert_eq!(
            bench.value(&format!(
                "select count(*) = sum(reason = '{reason}') and count(*) > 0 from run_coverage where is_evaluated = 0"
            )),
            "1",
            "{name}"
        );
        assert_eq!(
            bench.value(
                "select count(*) from issues where disposition = 'prepared' and layer <> 'organization'"
            ),
            "0"
        );
        bench.run(&["plan"]).expect(6);
    }
    let bench = case("k0_reference");
    ingest(&bench, &[]).expect(0);
    assert_eq!(bench.value("select count(*) from ingest_warnings"), "0");
}

/// Each key that decides, of each collection: absent from one record it is a warning, and undecided there.
#[test]
fn a_field_that_some_records_lack_is_undecided_there() {
    for (collection, key, column) in [
        ("organizations", "external_id", "external_id"),
        ("organizations", "domain_names", "domain_names"),
        ("organizations", "shared_tickets", "shared_tickets"),
        ("organizations", "shared_comments", "shared_comments"),
        ("users", "email", "email"),
        ("users", "role", "role"),
        ("users", "verified", "is_verified"),
        ("users", "active", "is_active"),
        ("users", "suspended", "is_suspended"),
        ("users", "organization_id", "default_organization_id"),
        ("organization_memberships", "default", "is_default"),
        ("tickets", "requester_id", "requester_id"),
        ("tickets", "organization_id", "organization_id"),
        ("tickets", "status", "status"),
    ] {
        let bench = case("k0_reference");
        without(&bench, collection, key, true);
        ingest(&bench, &[]).expect(0);
        let count =
            fs::read_to_string(bench.path(&format!("zd/{collection}.ndjson"))).unwrap().lines().count();
        assert_eq!(
            bench.rows("select column_name, reason, value, subject_kind, subject_id from ingest_warnings where reason = 'field_absent'"),
            [format!("{key}|field_absent|1 of {count} records|collection|{collection}")],
            "{collection}.{key}"
        );
        let id = if collection == "organization_memberships" {
            "membership".to_owned()
        } else {
            collection.trim_end_matches('s').to_owned()
        };
        let undecided =
            if collection == "organization_memberships" { "'default'" } else { "undecided_fields" };
        assert_eq!(
            bench.rows(&format!(
                "select {column}, {undecided} from latest_zendesk_{collection} order by {id}_id limit 1"
            )),
            [format!("~|{key}")],
            "{collection}.{key}"
        );
    }
    // Without its user or its organization a membership says nothing, and no absence is sure.
    for key in ["user_id", "organization_id"] {
        let bench = case("k0_reference");
        without(&bench, "organization_memberships", key, true);
        ingest(&bench, &[]).expect(6);
        assert!(
            collections(&bench)[0]
                .starts_with(&format!("organization_memberships|partial|field_absent {key}|"))
        );
    }
    // These are undecided without a word.
    for (collection, key, column) in [
        ("users", "shared", "is_shared"),
        ("users", "ticket_restriction", "ticket_restriction"),
        ("organizations", "organization_fields", "account_fields"),
    ] {
        let bench = case("k0_reference");
        without(&bench, collection, key, false);
        ingest(&bench, &[]).expect(0);
        assert_eq!(bench.value("select count(*) from ingest_warnings"), "0");
        assert_eq!(
            bench.rows(&format!(
                "select distinct {column}, undecided_fields from latest_zendesk_{collection}"
            )),
            ["~|~"],
            "{key}"
        );
    }
}

/// Takes a key out of the first record of a collection, or of all of them.
fn without(bench: &Bench, collection: &str, key: &str, is_first_only: bool) {
    let path = bench.path(&format!("zd/{collection}.ndjson"));
    let text = fs::read_to_string(&path).unwrap();
    let lines = text.lines().enumerate().map(|(at, line)| {
        let mut record: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        if at == 0 || !is_first_only {
            record.remove(key).unwrap_or_else(|| panic!("{collection} have no {key}"));
        }
        serde_json::Value::Object(record).to_string()
    });
    fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
}

#[test]
fn an_undecided_record_raises_nothing_that_would_be_repaired() {
    for name in ["k7_go_zendesk_omitempty", "k8_fivetran_deleted"] {
        let bench = case(name);
        ingest(&bench, &[]).expect(0);
        bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
        bench.run(&["audit"]);
        assert_eq!(bench.value("select count(*) from issues where disposition = 'prepared' and layer = 'user' and user_id = 504"), "0", "{name}");
    }
    // An organization that does not say what its external_id is, is not blank.
    let bench = case("k0_reference");
    without(&bench, "organizations", "external_id", true);
    ingest(&bench, &[]).expect(0);
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["audit"]);
    assert_eq!(bench.value("select count(*) from issues where code = 'org_missing_external_id'"), "0");
    assert_eq!(
        bench.value("select account_key from latest_zendesk_organizations order by organization_id limit 1"),
        ""
    );
}

#[test]
fn what_an_exporter_marks_as_deleted_is_gone() {
    let bench = case("k8_fivetran_deleted");
    ingest(&bench, &[]).expect(0);
    assert_eq!(
        bench.rows("select membership_id from latest_zendesk_organization_memberships order by 1"),
        ["701", "702", "703"]
    );
    for (mark, is_gone) in [
        ("\"_sdc_deleted_at\": \"2026-10-01T00:00:00Z\"", true),
        ("\"_ab_cdc_deleted_at\": \"2026-10-01 00:00:00\"", true),
        ("\"_fivetran_deleted\": true", true),
        ("\"_sdc_deleted_at\": null", false),
        ("\"_ab_cdc_deleted_at\": null", false),
        ("\"_fivetran_deleted\": false", false),
    ] {
        for (collection, id) in [
            ("organizations", "organization"),
            ("users", "user"),
            ("organization_memberships", "membership"),
            ("tickets", "ticket"),
        ] {
            let bench = case("k0_reference");
            let path = bench.path(&format!("zd/{collection}.ndjson"));
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replacen('{', &format!("{{{mark}, "), 1)).unwrap();
            let all = text.lines().count();
            ingest(&bench, &[]).expect(0);
            let left = bench.value(&format!("select count(*) from latest_zendesk_{collection}"));
            assert_eq!(left, (all - usize::from(is_gone)).to_string(), "{mark} {id}");
        }
    }
}

#[test]
fn the_account_is_known_by_the_addresses_of_the_records_where_all_agree() {
    let bench = case("k0_reference");
    fs::remove_file(bench.path("zd/manifest.json")).unwrap();
    ingest(&bench, &[]).expect(0);
    assert_eq!(bench.value("select source_identity from snapshots"), "t");
    let other = case("k0_reference");
    fs::remove_file(other.path("zd/manifest.json")).unwrap();
    let path = other.path("zd/tickets.ndjson");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("https://t.zendesk.com/", "https://u.zendesk.com/", 1)).unwrap();
    ingest(&other, &[]).expect(0);
    assert_eq!(other.value("select source_identity from snapshots"), "~");
    // A warehouse belongs to one account.
    other.run(&["init", "--db", "second.db"]).expect(0);
    fs::write(&path, text.replace("https://t.zendesk.com/", "https://u.zendesk.com/")).unwrap();
    for name in ["organizations", "users", "organization_memberships"] {
        let path = bench.path(&format!("zd/{name}.ndjson"));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("https://t.zendesk.com/", "https://u.zendesk.com/")).unwrap();
    }
    let path = bench.path("zd/tickets.ndjson");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("https://t.zendesk.com/", "https://u.zendesk.com/")).unwrap();
    ingest(&bench, &["--taken-at", "2026-11-02T07:00:00Z"]).expect(5);
}

#[test]
fn account_ids_in_organization_fields_are_kept_and_one_field_may_be_the_key() {
    let keys =
        "select organization_id, field, account_id from latest_zendesk_organization_keys order by 1, 2";
    let bench = case("p11_custom_field_names_other_account");
    ingest(&bench, &[]).expect(0);
    assert_eq!(
        bench.rows(keys),
        ["9001|salesforce_id|001Qx0000000002IAA", "9001|sfdc_short_id|001Qx0000000002IAA"]
    );
    bench.write("orgdrift.toml", "[zendesk]\nignore_fields = [\"sfdc_short_id\"]\n");
    ingest(&bench, &["--taken-at", "2026-11-02T07:00:00Z"]).expect(0);
    assert_eq!(bench.rows(keys), ["9001|salesforce_id|001Qx0000000002IAA"]);
    // As of before it is as it was.
    assert_eq!(bench.value("select count(*) from zendesk_organization_keys"), "3");
    bench.write("orgdrift.toml", "[zendesk]\naccount_id_field = \"salesforce_id\"\n");
    ingest(&bench, &["--taken-at", "2026-11-02T08:00:00Z"]).expect(0);
    assert_eq!(bench.rows(keys), ["9001|sfdc_short_id|001Qx0000000002IAA"]);
    assert_eq!(
        bench.rows("select external_id, account_key, key_account_id from latest_zendesk_organizations"),
        ["~|001Qx0000000002IAA|001Qx0000000002IAA"]
    );
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["audit"]);
    assert_eq!(
        bench.rows("select link_state, match_rule, organization_id from latest_account_links where account_id = '001Qx0000000002IAA'"),
        ["linked|external_id|9001"]
    );
    bench.write("orgdrift.toml", "[zendesk]\naccount_id_field = \"nowhere\"\n");
    ingest(&bench, &["--taken-at", "2026-11-02T09:00:00Z"]).expect(6);
    assert_eq!(collections(&bench)[1], "organizations|partial|field_absent nowhere|1");
}

#[test]
fn odd_addresses_have_no_domain() {
    let bench = case("k0_reference");
    let path = bench.path("zd/users.ndjson");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("ann@harbor-mills.com", "a@b@harbor-mills.com", 1)).unwrap();
    ingest(&bench, &[]).expect(0);
    assert_eq!(
        bench.rows("select reason, subject_kind, subject_id from ingest_warnings"),
        ["odd_address|user|501"]
    );
    assert_eq!(bench.value("select email_domain from latest_zendesk_users where user_id = 501"), "~");
}
