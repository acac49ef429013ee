//! What Zendesk does later: members that a domain brings or takes, tickets of those who left.

use std::time::Instant;

use super::{
    edit::Edit,
    options::Options,
    queue::{Waiting, Work},
    state::{Sandbox, State},
};

impl Sandbox {
    /// Does all background work that waits.
    pub fn settle(&self) {
        work(&mut self.state(), self.options(), None);
    }
}

/// Does what is due by a moment, all of it without one. The ledger counts it to the request that caused it.
pub(super) fn work(state: &mut State, options: &Options, until: Option<Instant>) {
    while let Some(Waiting { due, caused_by, work }) = state.queue.next(until) {
        let mut changes = Vec::new();
        let mut edit =
            Edit { world: &mut state.world, clock: state.clock, in_background: true, changes: &mut changes };
        match work {
            Work::DomainAdded { organization, domain } => pull_in(&mut edit, organization, &domain),
            Work::DomainDropped { organization, domain } => {
                for user in throw_out(&mut edit, organization, &domain) {
                    let work = Work::Left { user, organization };
                    state.queue.push(due + options.background_delay, caused_by, work);
                }
            }
            Work::Left { user, organization } => {
                edit.abandon_tickets(user, organization, options.tickets_follow);
            }
        }
        state.ledger.add_changes(caused_by, changes);
    }
}

/// Existing users with a verified address on the domain become members. Where a user may have one organization
/// only, those who have one stay there.
fn pull_in(edit: &mut Edit<'_>, organization: i64, domain: &str) {
    let still_has = |edit: &Edit<'_>| {
        edit.world.organizations.get(organization).is_some_and(|row| row.record.has_domain(domain))
    };
    if !still_has(edit) {
        return;
    }
    let several = edit.world.multiple_organizations == Some(true);
    let users: Vec<i64> = edit
        .world
        .users
        .iter()
        .filter(|(_, row)| {
            row.record.is_verified
                && row.record.is_active
                && row.record.email_domain.as_deref() == Some(domain)
        })
        .map(|(id, _)| id)
        .filter(|user| {
            let mut present = edit
                .world
                .memberships_of(*user)
                .filter_map(|id| edit.world.memberships.get(id).map(|row| row.record.organization_id));
            if several { present.all(|held| held != organization) } else { present.next().is_none() }
        })
        .collect();
    for user in users {
        edit.join(user, organization, false);
    }
}

/// Members whom the domain had mapped are members no more; those who were added by hand stay.
fn throw_out(edit: &mut Edit<'_>, organization: i64, domain: &str) -> Vec<i64> {
    let mapped: Vec<i64> = edit
        .world
        .memberships
        .iter()
        .filter(|(id, row)| {
            let user = edit.world.users.get(row.record.user_id);
            row.record.organization_id == organization
                && !edit.world.posted.contains(id)
                && user.is_some_and(|user| user.record.email_domain.as_deref() == Some(domain))
        })
        .map(|(id, _)| id)
        .collect();
    mapped.into_iter().filter_map(|id| edit.leave(id)).map(|(user, _)| user).collect()
}
