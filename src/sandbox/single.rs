//! Single records, the account and whoever is logged in.

use serde_json::{Value, json};

use super::{
    reply::Reply,
    world::{Record, Table, User, World},
};
use crate::model::UserRole;

/// The id of whoever is logged in where the account has nobody of the role.
const NOBODY_OF_THE_ACCOUNT: i64 = 900_000_000_001;

/// Reads an id of a path.
pub(super) fn id_of(text: &str) -> Result<i64, Reply> {
    text.parse().map_err(|_| Reply::not_found())
}

/// Answers with one record. Records that lists no longer hold are still there.
pub(super) fn show<R: Record>(table: &Table<R>, id: &str) -> Result<Reply, Reply> {
    let row = table.get(id_of(id)?).ok_or_else(Reply::not_found)?;
    if !row.record.is_shown() {
        return Err(Reply::not_found());
    }
    Ok(one::<R>(&row.raw))
}

/// Answers with one record in its envelope.
pub(super) fn one<R: Record>(raw: &str) -> Reply {
    Reply::text([b"{\"", R::ONE.as_bytes(), b"\":", raw.as_bytes(), b"}"].concat())
}

/// Answers with the account's settings. What is not known is not in them.
pub(super) fn settings(world: &World) -> Reply {
    let mut user = json!({"tagging": true, "language_selection": true});
    if let Some(is_allowed) = world.multiple_organizations {
        user["multiple_organizations"] = is_allowed.into();
    }
    Reply::json(200, &json!({"settings": {"user": user, "active_features": {"organizations": true}}}))
}

/// Answers with whoever is logged in: the first of the account who has the role.
pub(super) fn me(world: &World, role: UserRole) -> Reply {
    let somebody = world
        .users
        .iter()
        .find(|(_, row)| row.record.is_active && row.record.role == role)
        .map(|(_, row)| row);
    if let Some(row) = somebody {
        return one::<User>(&row.raw);
    }
    Reply::json(
        200,
        &json!({"user": {
            "id": NOBODY_OF_THE_ACCOUNT,
            "name": "Sandbox",
            "email": "sandbox@example.com",
            "role": role.as_str(),
            "active": true,
            "verified": true,
        }}),
    )
}

/// Answers whoever sent no credentials, and does not say so.
pub(super) fn anonymous() -> Reply {
    Reply::json(
        200,
        &json!({"user": {
            "id": Value::Null,
            "url": Value::Null,
            "name": "Anonymous user",
            "email": "invalid@example.com",
            "created_at": Value::Null,
            "updated_at": Value::Null,
            "role": UserRole::EndUser,
            "verified": false,
            "active": true,
            "organization_id": Value::Null,
        }}),
    )
}
