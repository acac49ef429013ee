//! Organizations by external id, by name, or by several ids at once.

use serde_json::json;

use super::{
    asked::Asked,
    pages::by_number,
    reply::Reply,
    world::{Organization, World},
};

/// Ids that may be asked for at once.
const MANY_LIMIT: usize = 100;

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
