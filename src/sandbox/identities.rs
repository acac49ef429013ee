//! The identities of a user: the addresses that it is known by, each verified or not.

use serde_json::{Value, json};

use super::{asked::Asked, reply::Reply, single::id_of, world::World};

/// How many identities a user may have here, so that their ids do not meet.
const IDS_OF_A_USER: i64 = 1_000;

/// Answers with a user's identities: those that were put there, else the one of its address.
pub(super) fn of_user(world: &World, user: &str, asked: &Asked) -> Result<Reply, Reply> {
    let id = id_of(user)?;
    let row = world.users.get(id).ok_or_else(Reply::not_found)?;
    let record: Value = serde_json::from_str(&row.raw).unwrap_or(Value::Null);
    let identities = match world.identities.get(&id) {
        Some(identities) => identities.clone(),
        None => of_address(world, id, &record).into_iter().collect(),
    };
    let count = identities.len();
    let mut body = json!({"identities": identities});
    if asked.is_by_cursor() {
        body["meta"] = json!({"has_more": false, "after_cursor": null, "before_cursor": null});
        body["links"] = json!({"prev": null, "next": null});
    } else {
        body["next_page"] = Value::Null;
        body["previous_page"] = Value::Null;
        body["count"] = count.into();
    }
    Ok(Reply::json(200, &body))
}

/// The identity of a user's address.
fn of_address(world: &World, user: i64, record: &Value) -> Option<Value> {
    let address = record["email"].as_str()?;
    let id = user.wrapping_mul(IDS_OF_A_USER).wrapping_abs();
    let subdomain = world.subdomain();
    Some(json!({
        "url": format!("https://{subdomain}.zendesk.com/api/v2/users/{user}/identities/{id}.json"),
        "id": id,
        "user_id": user,
        "type": "email",
        "value": address,
        "verified": record["verified"],
        "primary": true,
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
    }))
}
