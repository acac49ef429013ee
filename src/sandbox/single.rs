//! Single records, searches, the account and whoever is logged in.

use serde_json::{Value, json};

use super::{
    lists::{Asked, by_number},
    options::Role,
    reply::Reply,
    world::{Organization, Record, Table, World},
};

/// The id of whoever is logged in where the account has nobody of the role.
const NOBODY_OF_THE_ACCOUNT: i64 = 900_000_000_001;

/// Ids that may be asked for at once.
const MANY_LIMIT: usize = 100;

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

/// Answers with the organizations of an external id or a name.
pub(super) fn search(world: &World, asked: &Asked) -> Result<Reply, Reply> {
    let found: Vec<i64> = match (asked.get("external_id"), asked.get("name")) {
        (Some(id), _) => with_external_id(world, id),
        (None, Some(name)) => world
            .organizations
            .iter()
            .filter(|(_, row)| !row.record.is_deleted && row.record.name.eq_ignore_ascii_case(name))
            .map(|(id, _)| id)
            .collect(),
        (None, None) => {
            return Err(Reply::error(400, "InvalidValue", "Either external_id or name is required"));
        }
    };
    of_organizations(world, &found, asked)
}

/// Answers with the organizations of some ids or external ids.
pub(super) fn show_many(world: &World, asked: &Asked) -> Result<Reply, Reply> {
    let found: Vec<i64> = match (asked.get("ids"), asked.get("external_ids")) {
        (Some(ids), _) => values(ids)?.into_iter().filter_map(|id| id.parse().ok()).collect(),
        (None, Some(ids)) => values(ids)?.into_iter().flat_map(|id| with_external_id(world, id)).collect(),
        (None, None) => {
            return Err(Reply::error(400, "InvalidValue", "Either ids or external_ids is required"));
        }
    };
    of_organizations(world, &found, asked)
}

fn values(text: &str) -> Result<Vec<&str>, Reply> {
    let values: Vec<&str> = text.split(',').collect();
    if values.len() > MANY_LIMIT {
        return Err(Reply::json(
            400,
            &json!({
                "error": "TooManyValues",
                "description": format!("Parameter  cannot specify more than {MANY_LIMIT} values"),
                "max_count": MANY_LIMIT,
            }),
        ));
    }
    Ok(values)
}

/// Living organizations with an external id, upper and lower case alike. Folders may have several.
fn with_external_id(world: &World, id: &str) -> Vec<i64> {
    world.external_ids.get(&id.to_lowercase()).into_iter().flatten().copied().collect()
}

fn of_organizations(world: &World, ids: &[i64], asked: &Asked) -> Result<Reply, Reply> {
    let texts: Vec<&str> = ids
        .iter()
        .filter_map(|id| world.organizations.get(*id))
        .filter(|row| !row.record.is_deleted)
        .map(|row| &*row.raw)
        .collect();
    by_number::<Organization>(
        asked,
        || texts.len(),
        |skip, take| texts.iter().copied().skip(skip).take(take).collect(),
    )
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
pub(super) fn me(world: &World, role: Role) -> Reply {
    let somebody = world
        .users
        .iter()
        .find(|(_, row)| row.record.is_active && row.record.role == role)
        .map(|(_, row)| row);
    if let Some(row) = somebody {
        return one::<super::world::User>(&row.raw);
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
            "role": "end-user",
            "verified": false,
            "active": true,
            "organization_id": Value::Null,
        }}),
    )
}
