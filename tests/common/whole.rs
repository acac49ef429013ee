//! Records with the keys that the API always sends.

use serde_json::{Value, json};

/// Gives records of a collection, or one of them, the keys that they lack: null, false, or what most records have.
pub(crate) fn whole(collection: &str, mut records: Value) -> Value {
    let usual = match collection {
        "organizations" => {
            json!({"external_id": null, "domain_names": [], "shared_tickets": false, "shared_comments": false})
        }
        "users" => json!({
            "email": null, "role": "end-user", "verified": false, "active": true, "suspended": false,
            "organization_id": null, "shared": false,
        }),
        "organization_memberships" => json!({"default": null}),
        "tickets" => json!({"requester_id": null, "organization_id": null, "status": "open"}),
        other => panic!("{other} is no collection"),
    };
    let fill = |record: &mut Value| {
        for (key, value) in usual.as_object().unwrap() {
            record.as_object_mut().unwrap().entry(key).or_insert_with(|| value.clone());
        }
    };
    match &mut records {
        Value::Array(list) => list.iter_mut().for_each(fill),
        record => fill(record),
    }
    records
}
