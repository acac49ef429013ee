//! A failing world, made as small as it can be while it still fails.

use super::world::World;

/// Returns a smaller world for which `fails` still holds: no further record can be left out.
pub(crate) fn shrink(world: World, mut fails: impl FnMut(&World) -> bool) -> World {
    let mut smallest = world;
    while let Some(smaller) = smaller(&smallest).into_iter().find(|smaller| fails(smaller)) {
        smallest = smaller;
    }
    smallest
}

/// The worlds that lack one record, or one domain of a record; tickets and users go first, since most are noise.
fn smaller(world: &World) -> Vec<World> {
    let mut worlds = Vec::new();
    let mut without = |change: &dyn Fn(&mut World)| {
        let mut smaller = world.clone();
        change(&mut smaller);
        worlds.push(smaller);
    };
    if !world.tickets.is_empty() {
        without(&|world| world.tickets.clear());
    }
    for place in 0..world.tickets.len() {
        without(&|world| {
            world.tickets.remove(place);
        });
    }
    for place in 0..world.users.len() {
        without(&|world| {
            world.users.remove(place);
        });
    }
    for place in 0..world.memberships.len() {
        without(&|world| {
            world.memberships.remove(place);
        });
    }
    for place in 0..world.accounts.len() {
        without(&|world| {
            world.accounts.remove(place);
        });
    }
    for place in 0..world.organizations.len() {
        without(&|world| {
            world.organizations.remove(place);
        });
    }
    for (place, account) in world.accounts.iter().enumerate() {
        for domain in 0..account.domains.len() {
            without(&|world| {
                world.accounts[place].domains.remove(domain);
            });
        }
    }
    for (place, organization) in world.organizations.iter().enumerate() {
        for domain in 0..organization.domain_names.len() {
            without(&|world| {
                world.organizations[place].domain_names.remove(domain);
            });
        }
    }
    worlds
}
