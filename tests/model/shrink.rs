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
        without(&|world| drop(world.organizations.remove(place)));
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
    worlds.extend(plainer(world));
    worlds
}

/// The worlds of which one thing is read, or set, as usual.
fn plainer(world: &World) -> Vec<World> {
    let mut worlds = Vec::new();
    let mut with = |is_other: bool, change: &dyn Fn(&mut World)| {
        if is_other {
            let mut plainer = world.clone();
            change(&mut plainer);
            worlds.push(plainer);
        }
    };
    let (reading, settings) = (&world.reading, &world.settings);
    with(!reading.skipped.is_empty(), &|world| world.reading.skipped.clear());
    with(!reading.appended.is_empty(), &|world| world.reading.appended.clear());
    with(!reading.absent.is_empty(), &|world| world.reading.absent.clear());
    with(settings.account_id_field.is_some(), &|world| world.settings.account_id_field = None);
    with(!settings.ignore_fields.is_empty(), &|world| world.settings.ignore_fields.clear());
    with(!settings.rules_off.is_empty(), &|world| world.settings.rules_off.clear());
    with(!settings.repairs_off.is_empty(), &|world| world.settings.repairs_off.clear());
    with(settings.trust_stored_ids, &|world| world.settings.trust_stored_ids = false);
    with(!settings.accepted_risks.is_empty(), &|world| world.settings.accepted_risks.clear());
    with(world.allow_shared_tickets, &|world| world.allow_shared_tickets = false);
    for place in 0..world.nameless.len() {
        with(true, &|world| drop(world.nameless.remove(place)));
    }
    for place in 0..world.merged.len() {
        with(true, &|world| drop(world.merged.remove(place)));
    }
    for (place, account) in world.accounts.iter().enumerate() {
        with(account.trouble.is_some(), &|world| world.accounts[place].trouble = None);
        with(account.parent.is_some(), &|world| world.accounts[place].parent = None);
        with(account.stored_organization.is_some(), &|world| {
            world.accounts[place].stored_organization = None;
        });
    }
    for (place, organization) in world.organizations.iter().enumerate() {
        with(!organization.fields.is_empty(), &|world| world.organizations[place].fields.clear());
        with(!organization.absent.is_empty(), &|world| world.organizations[place].absent.clear());
    }
    for (place, user) in world.users.iter().enumerate() {
        with(!user.absent.is_empty(), &|world| world.users[place].absent.clear());
    }
    for (place, ticket) in world.tickets.iter().enumerate() {
        with(!ticket.absent.is_empty(), &|world| world.tickets[place].absent.clear());
    }
    worlds
}
