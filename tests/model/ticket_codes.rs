//! The two codes about tickets.

use super::issue::{Issue, Subject, Verdict};
use super::link::Links;
use super::names::Code;
use super::sets::Sets;
use super::world::{DAY, Ticket, World};

/// The issue that a ticket raises, or would raise inside the window.
pub(crate) fn ticket_issue(sets: &Sets, links: &Links, ticket: &Ticket) -> Option<Issue> {
    if ticket.status == "deleted" {
        return None;
    }
    let requester = sets.world.user(ticket.requester_id)?;
    let owners = sets.owners(&sets.eligible_domain(requester)?);
    let [a] = owners.iter().copied().collect::<Vec<_>>()[..] else {
        return None;
    };
    let o = links[a].chosen()?;
    let code = match ticket.organization_id {
        None => Code::TicketMissingOrg,
        Some(organization) if organization != o => Code::TicketOrgMismatch,
        Some(_) => return None,
    };
    let subject = Subject::Ticket { id: ticket.id, requester_id: ticket.requester_id };
    Some(Issue::new(code, a, subject, Verdict::DetectOnly).expecting(o))
}

/// Is the ticket closed, and created more than the window before the snapshot?
pub(crate) fn is_outside_window(world: &World, ticket: &Ticket) -> bool {
    world
        .ticket_window_days
        .is_some_and(|days| ticket.status == "closed" && world.taken_at - ticket.created_at > days * DAY)
}
