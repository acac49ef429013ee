//! The four codes about users.

use std::collections::BTreeSet;

use super::issue::{Issue, Subject, Verdict};
use super::link::{Link, Links};
use super::names::{Code, LinkState, Reason};
use super::refusal::{Question, Repair};
use super::sets::Sets;
use super::world::User;

/// The issue of one user: a user has one at most.
pub(crate) fn user_issue(sets: &Sets, links: &Links, user: &User) -> Option<Issue> {
    let domain = sets.eligible_domain(user)?;
    let owners = sets.owners(&domain);
    let first = owners.first()?;
    if owners.len() >= 2 {
        return ambiguous_issue(sets, links, user, &owners);
    }
    let link = &links[*first];
    if link.link_state == LinkState::Duplicate {
        return duplicate_issue(sets, link, user);
    }
    let o = link.chosen_or_candidate()?;
    Some(membership_issue(sets, links, link, user, o)?.expecting(o))
}

/// The user is no member of o; or is one, but has another default organization, or none.
fn membership_issue(sets: &Sets, links: &Links, link: &Link, user: &User, o: i64) -> Option<Issue> {
    let is_member = sets.world.memberships_of(user.id).any(|organization| organization == o);
    let (code, repair) = if !is_member {
        (Code::UserMissingExpectedMembership, Repair::Assign(user))
    } else if user.organization_id != Some(o) {
        (Code::UserDefaultOrgNotExpected, Repair::Move(user))
    } else {
        return None;
    };
    let question = Question { sets, links, link, repair };
    let subject = Subject::User(user.id);
    Some(Issue::new(code, &link.account_id, subject, question.verdict()))
}

/// The account has two organizations or more, and the user's default is none of them.
fn duplicate_issue(sets: &Sets, link: &Link, user: &User) -> Option<Issue> {
    let e = sets.e(&link.account_id);
    let is_elsewhere = user.organization_id.is_none_or(|default| !e.contains(&default));
    is_elsewhere.then(|| {
        Issue::new(
            Code::UserResolutionBlockedDuplicateExternalId,
            &link.account_id,
            Subject::User(user.id),
            Verdict::Review,
        )
    })
}

/// The domain has several owners, at least one of them has organizations, and the user's default is none of those.
fn ambiguous_issue(sets: &Sets, links: &Links, user: &User, owners: &BTreeSet<&str>) -> Option<Issue> {
    let organizations = owners.iter().flat_map(|b| {
        let link = &links[*b];
        match link.link_state {
            LinkState::Duplicate => sets.e(b),
            _ => link.chosen_or_candidate().into_iter().collect(),
        }
    });
    let organizations: BTreeSet<i64> = organizations.collect();
    let is_elsewhere = user.organization_id.is_none_or(|default| !organizations.contains(&default));
    // Each state that counts brings at least one organization.
    let is_one_resolved = !organizations.is_empty();
    (is_one_resolved && is_elsewhere).then(|| {
        let smallest = owners.first().expect("there are two owners or more");
        Issue::new(
            Code::UserDomainAmbiguous,
            smallest,
            Subject::User(user.id),
            Verdict::Blocked(Reason::UserDomainAmbiguous),
        )
    })
}
