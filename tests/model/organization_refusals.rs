//! The rows of the refusal table that look at accounts, organizations and domains.

use super::names::LinkState;
use super::refusal::{Question, Repair};

/// E(a) has an organization other than o.
pub(crate) fn external_id_in_use(question: &Question) -> bool {
    question.sets.e(question.a()).into_iter().any(|o| Some(o) != question.o())
}

/// Case (iii); or a is `candidate`, and D(a) has two or more, or o holds a domain that at least one account expects
/// and a does not.
pub(crate) fn org_candidate_ambiguous(question: &Question) -> bool {
    let (sets, a) = (question.sets, question.a());
    if question.link.link_state == LinkState::Ambiguous {
        return true;
    }
    let Some(o) = question.o().filter(|_| question.is_candidate()) else {
        return false;
    };
    let is_of_others = |d: &String| !sets.x(a).contains(d) && !sets.owners(d).is_empty();
    sets.d(a).len() >= 2 || sets.held(o).iter().any(is_of_others)
}

/// a is `linked` by stored id, o's external id is blank, X(a) is not empty, and o holds at least one usable domain,
/// none of them in X(a).
pub(crate) fn domain_disagrees(question: &Question) -> bool {
    let (sets, x) = (question.sets, question.sets.x(question.a()));
    let Some(o) = question.o().filter(|_| question.link.is_by_stored_id(sets)) else {
        return false;
    };
    !x.is_empty() && !sets.usable_held(o).is_empty() && sets.held(o).is_disjoint(x)
}

/// a is `linked` by stored id, o's external id is blank, and neither a domain, nor the name, nor an eligible member
/// agrees. What was not read agrees with nothing.
pub(crate) fn stored_id_uncorroborated(question: &Question) -> bool {
    let (sets, a) = (question.sets, question.a());
    let Some(o) = question.o().filter(|_| question.link.is_by_stored_id(sets)) else {
        return false;
    };
    !sets.world.settings.trust_stored_ids
        && sets.common(a, o).is_empty()
        && !sets.has_name_of(o, a)
        && !sets.eligible_members(o).iter().any(|domain| sets.x(a).contains(domain))
}

/// F(o) has an id other than a's and its ancestors'.
pub(crate) fn field_names_other_account(question: &Question) -> bool {
    let (sets, a) = (question.sets, question.a());
    let ancestors = sets.ancestors(a);
    question.o().is_some_and(|o| sets.f(o).iter().any(|id| id != a && !ancestors.contains(id)))
}

/// a is `candidate`, and (1) o's name is another account's and not a's, or (2) two or more eligible users are members
/// of o on domains that have owners, and more than half of these users are on domains outside X(a).
pub(crate) fn looks_like_other_account(question: &Question) -> bool {
    let (sets, a) = (question.sets, question.a());
    let Some(o) = question.o().filter(|_| question.is_candidate()) else {
        return false;
    };
    let has_name_of_other = sets.others(a).any(|b| sets.has_name_of(o, b));
    let mut owned = sets.eligible_members(o);
    owned.retain(|domain| !sets.owners(domain).is_empty());
    let outside = owned.iter().filter(|domain| !sets.x(a).contains(*domain)).count();
    (has_name_of_other && !sets.has_name_of(o, a)) || (owned.len() >= 2 && outside * 2 > owned.len())
}

/// Set: (1) in case (ii); (2) where a is `linked` by stored id and o's name is not a's; in both, o holds a domain of
/// X(a), and every such domain has two or more owners. Add: the domain has.
pub(crate) fn domain_shared_by_accounts(question: &Question) -> bool {
    let (sets, a) = (question.sets, question.a());
    let is_shared = |d: &str| sets.owners(d).len() >= 2;
    match (question.repair, question.o()) {
        (Repair::SetExternalId, Some(o)) => {
            let common = sets.common(a, o);
            let is_asked =
                question.is_candidate() || (question.link.is_by_stored_id(sets) && !sets.has_name_of(o, a));
            is_asked && !common.is_empty() && common.iter().all(|d| is_shared(d))
        }
        (Repair::AddDomain(d), _) => is_shared(d),
        _ => false,
    }
}

/// Another account expects another domain with the same registrable part: as the domain to add, the user's domain, or,
/// for set in case (ii), every domain of X(a) that o holds.
pub(crate) fn domain_related_to_other_account(question: &Question) -> bool {
    let (sets, a) = (question.sets, question.a());
    match (question.repair, question.o()) {
        (Repair::SetExternalId, Some(o)) => {
            let common = sets.common(a, o);
            question.is_candidate()
                && !common.is_empty()
                && common.iter().all(|d| sets.is_related_to_other(a, d))
        }
        (Repair::SetExternalId, None) => false,
        _ => question.domain().is_some_and(|d| sets.is_related_to_other(a, &d)),
    }
}

/// a is only `candidate`: link it first, then audit again.
pub(crate) fn org_link_unconfirmed(question: &Question) -> bool {
    question.is_candidate()
}

/// o has `shared_tickets` or `shared_comments`, and the audit was not told to allow that.
pub(crate) fn shares_tickets(question: &Question) -> bool {
    let sets = question.sets;
    let is_sharing = question.o().is_some_and(|o| {
        let organization = sets.organization(o);
        (organization.shared_tickets && !sets.lacks(o, "shared_tickets"))
            || (organization.shared_comments && !sets.lacks(o, "shared_comments"))
    });
    is_sharing && !sets.world.allow_shared_tickets
}
