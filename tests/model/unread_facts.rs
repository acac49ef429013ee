//! `fact_not_read`: a fact that a row of the table needs for the action was not read.
//!
//! The table's other rows take what was not read as if it did not hold; this row, behind them, catches it. Decisions that
//! the text leaves open, which facts these are:
//!
//! - Set: the domains of o, if X(a) is not empty (they may disagree, or be shared); the fields of o; of a candidate, a
//!   member of o who is undecided. `stored_id_uncorroborated` needs no fact: what was not read agrees with nothing.
//! - Add: `shared_tickets` or `shared_comments` of o; a user of the domain who is undecided and no member of o (one known
//!   to be unverified is not pulled in), or, where several organizations are not known to be allowed, one who is
//!   undecided and a member elsewhere; of a user who would be pulled in, `ticket_restriction`, and the key of an
//!   organization of a membership. The domains of o are known here, since without them nothing is raised.
//! - Assign and move: the domains of o where a is linked by a stored id that a domain might contradict; `shared` of u; the
//!   key of an organization that must not be foreign. Assign also: the two flags of o, and `ticket_restriction` of u.
//! - With `--allow-shared-tickets`, neither flags nor `ticket_restriction` are needed.
//! - A collection that was not read at all leaves no fact undecided here: no plan is made of such a snapshot.

use super::eligible::Eligibility;
use super::refusal::{Question, Repair};
use super::sets::Foreign;
use super::user_refusals::{is_any_at_home, pulled_in};
use super::world::User;

/// Was a fact that the action needs not read?
pub(crate) fn fact_not_read(question: &Question) -> bool {
    match question.repair {
        Repair::SetExternalId => of_set(question),
        Repair::AddDomain(d) => are_flags_unread(question) || of_domain(question, d),
        Repair::Assign(user) => are_flags_unread(question) || of_user(question, user),
        Repair::Move(user) => of_user(question, user),
    }
}

fn of_set(question: &Question) -> bool {
    let sets = question.sets;
    let Some(o) = question.o() else {
        return false;
    };
    let is_undecided_member = |user: &User| sets.world.is_member(user.id, o) && is_undecided(question, user);
    are_domains_unread(question)
        || sets.lacks(o, "organization_fields")
        || (question.is_candidate() && sets.world.users().iter().any(is_undecided_member))
}

/// Might the domains of o contradict the stored id, if they had been read?
fn are_domains_unread(question: &Question) -> bool {
    let sets = question.sets;
    question.o().is_some_and(|o| {
        sets.lacks(o, "domain_names")
            && question.link.is_by_stored_id(sets)
            && !sets.x(question.a()).is_empty()
    })
}

/// Might o share its tickets? It is known that it does not if both flags were read.
fn are_flags_unread(question: &Question) -> bool {
    let sets = question.sets;
    !sets.world.allow_shared_tickets
        && question.o().is_some_and(|o| sets.lacks(o, "shared_tickets") || sets.lacks(o, "shared_comments"))
}

fn of_domain(question: &Question, d: &str) -> bool {
    let sets = question.sets;
    let is_single = sets.world.multiple_organizations != Some(true);
    let may_matter = |user: &User| {
        let may_be_verified = user.verified || !sets.has(user, "verified");
        (may_be_verified && !question.is_member(user)) || (is_single && question.is_member_elsewhere(user))
    };
    let is_on_domain = |user: &User| sets.eligibility(user) == Eligibility::Undecided(Some(d.to_owned()));
    sets.world.users().iter().any(|user| is_on_domain(user) && may_matter(user))
        || pulled_in(question).any(|user| is_restriction_unread(question, user))
        || is_any_at_home(question, Foreign::Undecided)
}

fn of_user(question: &Question, user: &User) -> bool {
    let is_assign = matches!(question.repair, Repair::Assign(_));
    are_domains_unread(question)
        || !question.sets.has(user, "shared")
        || (is_assign && is_restriction_unread(question, user))
        || is_any_at_home(question, Foreign::Undecided)
}

fn is_restriction_unread(question: &Question, user: &User) -> bool {
    !question.sets.world.allow_shared_tickets && !question.sets.has(user, "ticket_restriction")
}

fn is_undecided(question: &Question, user: &User) -> bool {
    matches!(question.sets.eligibility(user), Eligibility::Undecided(_))
}
