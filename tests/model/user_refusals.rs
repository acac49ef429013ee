//! The rows of the refusal table that look at users: the one of an assign or a move, and those whom an added domain
//! would pull in.

use super::refusal::{Question, Repair};
use super::sets::Foreign;
use super::world::User;

/// An organization other than o holds the user's domain.
pub(crate) fn domain_belongs_to_other_org(question: &Question) -> bool {
    let domain = question.user().and_then(|user| question.sets.eligible_domain(user));
    domain.is_some_and(|d| {
        let holders = question.sets.holders(&d);
        holders.iter().any(|o| Some(*o) != question.o())
    })
}

/// Move: u's default organization is foreign to a. Assign: u's default, or an organization of one of u's memberships,
/// is. Add: an eligible verified user of the domain who is no member of o has a membership in a foreign one.
pub(crate) fn user_belongs_to_other_account(question: &Question) -> bool {
    is_any_at_home(question, Foreign::Yes)
}

/// Is one of the organizations that `user_belongs_to_other_account` looks at foreign, or not, or undecided?
pub(crate) fn is_any_at_home(question: &Question, foreign: Foreign) -> bool {
    let sets = question.sets;
    let is_so = |o: i64| sets.foreign(o, question.a()) == foreign;
    match question.repair {
        Repair::SetExternalId => false,
        Repair::AddDomain(_) => pulled_in(question).any(|user| sets.world.memberships_of(user.id).any(is_so)),
        Repair::Assign(user) => {
            user.organization_id.is_some_and(is_so) || sets.world.memberships_of(user.id).any(is_so)
        }
        Repair::Move(user) => user.organization_id.is_some_and(is_so),
    }
}

/// The eligible verified users of the domain to add who are no members of o: Zendesk would add them.
pub(crate) fn pulled_in<'a>(question: &'a Question) -> impl Iterator<Item = &'a User> {
    let domain = match question.repair {
        Repair::AddDomain(_) => question.domain(),
        _ => None,
    };
    question.sets.world.users().iter().filter(move |user| {
        domain.is_some()
            && question.sets.eligible_domain(user) == domain
            && user.verified
            && !question.is_member(user)
    })
}

/// Nobody allowed it, and the user may see every ticket of an organization: u, or a user whom the domain pulls in.
pub(crate) fn user_sees_organization_tickets(question: &Question) -> bool {
    let sees = |user: &User| {
        question.sets.has(user, "ticket_restriction") && user.ticket_restriction == Some("organization")
    };
    let sees_all = match question.repair {
        Repair::Assign(user) => sees(user),
        _ => pulled_in(question).any(sees),
    };
    sees_all && !question.sets.world.allow_shared_tickets
}

/// Several organizations per user are not known to be allowed, and the repair would need them.
///
/// Assign: u has any membership. Move: u has a membership other than o. Add: an eligible user of the domain has one.
pub(crate) fn single_organization_account(question: &Question) -> bool {
    let sets = question.sets;
    if sets.world.multiple_organizations == Some(true) {
        return false;
    }
    match question.repair {
        Repair::SetExternalId => false,
        Repair::AddDomain(d) => sets.world.users().iter().any(|user| {
            sets.eligible_domain(user).as_deref() == Some(d) && question.is_member_elsewhere(user)
        }),
        Repair::Assign(user) => sets.world.memberships_of(user.id).next().is_some(),
        Repair::Move(user) => question.is_member_elsewhere(user),
    }
}

/// u is a shared user.
pub(crate) fn user_not_updatable(question: &Question) -> bool {
    question.user().is_some_and(|user| question.sets.has(user, "shared") && user.shared)
}
