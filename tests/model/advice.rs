//! What a person is told to do about an account without organization, an organization without account, and a ticket.
//!
//! Decisions that the text leaves open:
//!
//! - A stored id that cannot be read is advice to look for the organization, like one that dangles.
//! - `served_by_parent` needs at least one organization that meets a condition.
//! - `create_missing_org` rests on absence. It is not said where absence proves nothing: organizations, users or
//!   memberships not read to their end (partial, skipped, or by `--parts append`), an organization whose key or
//!   `domain_names` were not read, or an unread account above it, since whom that belongs to is not known. Then the advice
//!   is `relink_org`: look for it.
//! - An organization that is not known to be foreign, since its key was not read, may be the account's: `relink_org`.
//! - Users of an organization are those with a membership in it or with it as their default, of every role. Tickets of
//!   it are those of every status but `deleted`.
//! - An organization that has the name of an account without organization, or of one that was not read, or holds its id in
//!   a field, may be that account's: `relink_org`, whatever hangs on it.
//! - `retire_org` rests on absence too: besides complete users, memberships and tickets, no user and no ticket may lack
//!   `organization_id`.

use super::evaluated::is_complete;
use super::link::Links;
use super::names::{LinkState, SuggestedAction, Why};
use super::normalize::Key;
use super::sets::{Foreign, Sets};
use super::world::{Collection, User, World};

/// What to do about an account whose link is `missing`, and the organizations that may be its own.
pub(crate) fn missing_organization(sets: &Sets, a: &str) -> (SuggestedAction, Vec<(i64, Vec<Why>)>) {
    let met = sets.organizations().map(|o| (o, whys(sets, a, o))).filter(|(_, why)| !why.is_empty());
    let met: Vec<_> = met.collect();
    let ancestors = sets.ancestors(a);
    let is_of_ancestor = |o: i64| ancestors.iter().any(|b| sets.exists(b) && sets.serves(o, b));
    let is_served = !met.is_empty() && met.iter().all(|(o, _)| is_of_ancestor(*o));
    let mut near = met;
    near.retain(|(o, _)| sets.foreign(*o, a) != Foreign::Yes);
    let suggestion = if sets.stored_id_is_no_help(a) || !near.is_empty() {
        SuggestedAction::RelinkOrg
    } else if is_served {
        SuggestedAction::ServedByParent
    } else if is_absence_proven(sets) && ancestors.iter().all(|b| !sets.exists(b) || sets.is_read(b)) {
        SuggestedAction::CreateMissingOrg
    } else {
        SuggestedAction::RelinkOrg
    };
    (suggestion, near)
}

/// Why an organization may be the one of a.
fn whys(sets: &Sets, a: &str, o: i64) -> Vec<Why> {
    let members = sets.eligible_members(o);
    let own_members = members.iter().filter(|domain| sets.x(a).contains(*domain)).count();
    let conditions = [
        (Why::Domain, !sets.common(a, o).is_empty()),
        (Why::Field, sets.f(o).contains(a)),
        (Why::Name, sets.has_name_of(o, a)),
        (Why::Members, own_members >= 2),
    ];
    conditions.into_iter().filter(|(_, is_met)| *is_met).map(|(why, _)| why).collect()
}

fn is_absence_proven(sets: &Sets) -> bool {
    let needed = [Collection::Organizations, Collection::Users, Collection::Memberships];
    needed.into_iter().all(|collection| is_complete(sets.world, collection))
        && sets.organizations().all(|o| *sets.key(o) != Key::Undecided && !sets.lacks(o, "domain_names"))
}

/// What to do about an organization of no account.
pub(crate) fn orphan(sets: &Sets, links: &Links, o: i64) -> SuggestedAction {
    let world = sets.world;
    let has_users = world.memberships().iter().any(|membership| membership.organization_id == o)
        || world
            .users()
            .iter()
            .any(|user| sets.has(user, "organization_id") && user.organization_id == Some(o));
    let lacks = |ticket: &super::world::Ticket, key| !world.has(Collection::Tickets, &ticket.absent, key);
    let has_tickets = world.tickets().iter().any(|ticket| {
        let is_deleted = !lacks(ticket, "status") && ticket.status == "deleted";
        !lacks(ticket, "organization_id") && ticket.organization_id == Some(o) && !is_deleted
    });
    let has_twin = links.values().any(|link| {
        let a = link.account_id.as_str();
        matches!(link.link_state, LinkState::Missing | LinkState::Unread)
            && (sets.has_name_of(o, a) || sets.f(o).contains(a))
    });
    if has_users || has_tickets || has_twin {
        return SuggestedAction::RelinkOrg;
    }
    let needed = [Collection::Users, Collection::Memberships, Collection::Tickets];
    let is_read = needed.into_iter().all(|collection| is_complete(world, collection))
        && world.users().iter().all(|user| sets.has(user, "organization_id"))
        && !world.tickets().iter().any(|ticket| lacks(ticket, "organization_id"));
    if is_read { SuggestedAction::RetireOrg } else { SuggestedAction::CheckTicketsThenRetire }
}

/// What to do about a ticket: mend the requester's membership or default, or file it by hand.
pub(crate) fn misfiled_ticket(world: &World, o: i64, requester: &User) -> SuggestedAction {
    if !world.is_member(requester.id, o) || requester.organization_id != Some(o) {
        SuggestedAction::RepairMembershipThenReplayTicketAudit
    } else {
        SuggestedAction::FileTicketByHand
    }
}
