//! Replies that were recorded of the real service have the shape of the sandbox's.
//!
//! The recordings belong to other projects and lie beside the repository; without them the test says so.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use orgdrift::sandbox::World;
use serde_json::{Value, json};

use crate::common::sandbox::{Answered, TestSandbox};
use crate::common::{clock, root};

fn samples() -> Option<PathBuf> {
    let shared = std::env::var_os("ORGDRIFT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let folder = shared.join("zendesk-samples");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no recorded replies in {}; set ORGDRIFT_SHARED", folder.display());
    None
}

/// The keys of an object with those of the objects in it, without those of records.
fn shape(value: &Value) -> BTreeSet<String> {
    let Some(object) = value.as_object() else { return BTreeSet::new() };
    let mut keys = BTreeSet::new();
    for (key, value) in object {
        keys.insert(key.clone());
        if key == "meta" || key == "links" {
            keys.extend(shape(value).into_iter().map(|inner| format!("{key}.{inner}")));
        }
    }
    keys
}

/// The keys of the first record of the list, or of the one record.
fn record(body: &Value) -> BTreeSet<String> {
    let object = body.as_object().unwrap();
    let value = object.values().find(|value| value.is_array() || value["id"].is_i64());
    match value {
        Some(Value::Array(records)) => shape(&records[0]),
        Some(value) => shape(value),
        None => BTreeSet::new(),
    }
}

/// Compares with a reply that was recorded: the status, the keys of the envelope, and each of these headers.
#[track_caller]
fn compare(name: &str, reply: &Answered, headers: &[&str], compares_records: bool) {
    let Some(folder) = samples() else { return };
    let sample: Value = serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap();
    let sample = match sample.get("response") {
        Some(response) => json!({"status": response["status"]["code"], "body": response["body"],
            "headers": response["headers"]}),
        None => sample["interactions"][0].clone(),
    };
    assert_eq!(json!(reply.status), sample["status"], "{name}");
    if sample["body"].is_object() {
        assert_eq!(shape(&reply.json), shape(&sample["body"]), "{name}");
    } else {
        assert_eq!(reply.text, sample["body"].as_str().unwrap_or_default(), "{name}");
    }
    if compares_records {
        let (ours, theirs) = (record(&reply.json), record(&sample["body"]));
        assert!(theirs.is_subset(&ours), "{name}: we lack {:?}", theirs.difference(&ours));
    }
    for header in headers {
        let is_there = |name: &&String| name.eq_ignore_ascii_case(header);
        assert!(sample["headers"].as_object().unwrap().keys().any(|key| is_there(&key)), "{name}: {header}");
        assert_ne!(reply.header(header), "", "{name}: {header}");
    }
}

#[test]
fn replies_have_the_shape_of_recorded_ones() {
    let sandbox = TestSandbox::start(World::demo().unwrap(), orgdrift::sandbox::Options::default(), clock());
    let limits = ["x-rate-limit", "x-rate-limit-remaining", "x-request-id", "date", "content-type"];
    let newer = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
    for list in ["organizations", "users", "tickets"] {
        let page = sandbox.get(&format!("/api/v2/{list}.json?page[size]=1"));
        compare(&format!("GET_api_v2_{list}_json_cbp_200.json"), &page, &limits, true);
        let cursor = page.json["meta"]["after_cursor"].as_str().unwrap();
        let next = sandbox.get(&format!("/api/v2/{list}.json?page[after]={cursor}&page[size]=1"));
        compare(&format!("GET_api_v2_{list}_json_cbp_after_200.json"), &next, &limits, true);
    }
    for list in ["users", "tickets"] {
        let path = format!("/api/v2/incremental/{list}/cursor.json?per_page=1");
        let page = sandbox.get(&format!("{path}&start_time=0"));
        compare(&format!("GET_api_v2_incremental_{list}_cursor_json_per_page_200.json"), &page, &newer, true);
        let cursor = page.json["after_cursor"].as_str().unwrap();
        let next = sandbox.get(&format!("{path}&cursor={cursor}"));
        let name = format!("GET_api_v2_incremental_{list}_cursor_json_per_page_cursor_200.json");
        compare(&name, &next, &limits, true);
    }
}

#[test]
fn writes_are_answered_as_recorded() {
    let sandbox = TestSandbox::demo();
    let id = 21_700_000_001_026_i64;
    let missing = i64::MAX;
    let body = json!({"organization": {"id": id, "name": "Renamed"}});
    let limits = ["x-rate-limit", "x-request-id"];
    let updated = sandbox.send_json("PUT", &format!("/api/v2/organizations/{id}.json"), &body);
    let with_warning = ["x-rate-limit", "x-zendesk-api-warn"];
    compare("PUT_api_v2_organizations_N_json_200.json", &updated, &with_warning, true);
    compare("ZendeskAPI_Organization_update_json.json", &updated, &[], true);
    let refused = sandbox.send_json("PUT", &format!("/api/v2/organizations/{missing}.json"), &body);
    compare("PUT_api_v2_organizations_N_json_404.json", &refused, &with_warning, false);
    let refused = sandbox.send_json("DELETE", &format!("/api/v2/organizations/{missing}.json"), &body);
    compare("DELETE_api_v2_organizations_N_json_404.json", &refused, &limits, false);
    let body = json!({"organization": {"name": "New"}});
    let made = sandbox.send_json("POST", "/api/v2/organizations.json", &body);
    compare("POST_api_v2_organizations_json_201.json", &made, &["x-rate-limit", "location"], true);
    compare("ZendeskAPI_Organization_create_json.json", &made, &[], true);
    let ids = vec!["1"; 101].join(",");
    let refused = sandbox.get(&format!("/api/v2/organizations/show_many.json?ids={ids}"));
    compare("POST_api_v2_organizations_create_many_json_400.json", &refused, &limits, false);
    let body = json!({"organization_membership": {"user_id": 21_700_000_004_044_i64, "organization_id": id}});
    let joined = sandbox.send_json("POST", "/api/v2/organization_memberships", &body);
    compare("ZendeskAPI_OrganizationMembership_create_json.json", &joined, &[], true);
    let list = sandbox.get("/api/v2/organization_memberships");
    let name =
        "ZendeskAPI_OrganizationMembership_read_ZendeskAPI_Client_organization_memberships_should_b.json";
    compare(name, &list, &[], true);
    let gone = sandbox.send_json(
        "DELETE",
        &format!("/api/v2/organization_memberships/{}", joined.json["organization_membership"]["id"]),
        &json!({}),
    );
    compare("ZendeskAPI_OrganizationMembership_create_delete_json.json", &gone, &[], false);
}
