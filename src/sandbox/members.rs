//! The memberships of one user or of one organization.

use super::{
    asked::Asked,
    pages::{after, by_number, cursor_page},
    reply::Reply,
    single::{id_of, one},
    world::{Membership, World},
};

/// Returns a user's memberships as they are listed: the default first, then by the organization's name.
pub(super) fn ids_of_user(world: &World, user: i64) -> Vec<i64> {
    let mut ids: Vec<i64> = world.memberships_of(user).collect();
    ids.sort_by_key(|id| {
        let record = world.memberships.get(*id).map(|row| &row.record);
        let name = record
            .and_then(|record| world.organizations.get(record.organization_id))
            .map(|row| row.record.name.clone());
        (record.is_none_or(|record| !record.is_default), name, *id)
    });
    ids
}

/// Answers with a user's memberships.
pub(super) fn of_user(world: &World, user: &str, asked: &Asked) -> Result<Reply, Reply> {
    let user = id_of(user)?;
    world.users.get(user).ok_or_else(Reply::not_found)?;
    page(world, &ids_of_user(world, user), asked)
}

/// Answers with an organization's memberships.
pub(super) fn of_organization(world: &World, organization: &str, asked: &Asked) -> Result<Reply, Reply> {
    let organization = id_of(organization)?;
    world.organizations.get(organization).ok_or_else(Reply::not_found)?;
    let ids: Vec<i64> = world
        .memberships
        .iter()
        .filter(|(_, row)| row.record.organization_id == organization)
        .map(|(id, _)| id)
        .collect();
    page(world, &ids, asked)
}

/// Answers with one membership, asked for by its user.
pub(super) fn one_of_user(world: &World, user: &str, id: &str) -> Result<Reply, Reply> {
    let user = id_of(user)?;
    let row = world.memberships.get(id_of(id)?).filter(|row| row.record.user_id == user);
    Ok(one::<Membership>(&row.ok_or_else(Reply::not_found)?.raw))
}

fn page(world: &World, ids: &[i64], asked: &Asked) -> Result<Reply, Reply> {
    let text = |id: &i64| world.memberships.get(*id).map(|row| &*row.raw);
    if !asked.is_by_cursor() {
        return by_number::<Membership>(
            asked,
            || ids.len(),
            |skip, take| ids.iter().skip(skip).take(take).filter_map(text).collect(),
        );
    }
    let size = asked.number("page[size]", 100, 100)?;
    let after = after(asked)?;
    // The order is not that of the ids.
    let skip = ids.iter().position(|id| *id == after).map_or(0, |at| at + 1);
    let page: Vec<i64> = ids.iter().copied().skip(skip).take(size).collect();
    let ends = page.first().copied().zip(page.last().copied());
    let has_more = skip + page.len() < ids.len();
    Ok(Reply::text(cursor_page::<Membership>(page.iter().filter_map(text), ends, has_more, asked)))
}
