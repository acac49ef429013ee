//! The two codes about tickets.
//!
//! Decision that the text leaves open: the keys that decide a ticket are `requester_id`, `organization_id` and `status`;
//! a record that lacks one of them raises nothing, and is not counted as outside the window.

use super::advice::misfiled_ticket;
use super::issue::{Issue, Subject, Verdict};
use super::link::Links;
use super::names::Code;
use super::sets::Sets;
use super::world::{Collection, DAY, Ticket, World};

/// The issue that a ticket raises, or would raise inside the window.
pub(crate) fn ticket_issue(sets: &Sets, links: &Links, ticket: &Ticket) -> Option<Issue> {
    if is_undecided(sets.world, ticket) || ticket.status == "deleted" {
        return None;
    }
    let requester = sets.world.user(ticket.requester_id)?;
    let domain = sets.eligible_domain(requester)?;
    let owners = sets.owners(&domain);
    let [a] = owners.iter().copied().collect::<Vec<_>>()[..] else {
        return None;
    };
    let o = links.get(a)?.chosen()?;
    let code = match ticket.organization_id {
        None => Code::TicketMissingOrg,
        Some(organization) if organization != o => Code::TicketOrgMismatch,
        Some(_) => return None,
    };
    let subject = Subject::Ticket { id: ticket.id, requester_id: ticket.requester_id };
    let issue = Issue::new(code, a, subject, Verdict::DetectOnly)
        .expecting(o)
        .of_user(requester, ticket.organization_id, &domain)
        .suggesting(misfiled_ticket(sets.world, o, requester));
    Some(issue)
}

/// Was a deciding key of the ticket not read?
pub(crate) fn is_undecided(world: &World, ticket: &Ticket) -> bool {
    let keys = ["requester_id", "organization_id", "status"];
    keys.into_iter().any(|key| !world.has(Collection::Tickets, &ticket.absent, key))
}

/// Is the ticket neither closed nor deleted? One that is solved may be opened again.
pub(crate) fn is_open(ticket: &Ticket) -> bool {
    !matches!(ticket.status, "closed" | "deleted")
}

/// Is the ticket closed, and created more than the window before the snapshot?
pub(crate) fn is_outside_window(world: &World, ticket: &Ticket) -> bool {
    world
        .ticket_window_days
        .is_some_and(|days| ticket.status == "closed" && world.taken_at - ticket.created_at > days * DAY)
}
