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
    let issue = if owners.len() >= 2 {
        ambiguous_issue(sets, links, user, &owners)?
    } else {
        // A sole owner whose row was not read has a link that expects nothing, or no link at all.
        let link = links.get(*owners.first()?)?;
        match link.link_state {
            LinkState::Duplicate => duplicate_issue(sets, link, user)?,
            _ => membership_issue(sets, links, link, user)?,
        }
    };
    Some(issue.of_user(user, user.organization_id, &domain))
}

/// The user is no member of o; or is one, but has another default organization, or none.
fn membership_issue(sets: &Sets, links: &Links, link: &Link, user: &User) -> Option<Issue> {
    let o = link.chosen_or_candidate()?;
    let (code, repair) = if !sets.world.is_member(user.id, o) {
        (Code::UserMissingExpectedMembership, Repair::Assign(user))
    } else if user.organization_id != Some(o) {
        (Code::UserDefaultOrgNotExpected, Repair::Move(user))
    } else {
        return None;
    };
    let question = Question { sets, links, link, repair };
    let subject = Subject::User(user.id);
    Some(question.answer(|verdict| Issue::new(code, &link.account_id, subject, verdict).expecting(o)))
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
/// The issue belongs to the owner with the smallest id among those that were read.
fn ambiguous_issue(sets: &Sets, links: &Links, user: &User, owners: &BTreeSet<&str>) -> Option<Issue> {
    let organizations = owners.iter().filter_map(|b| links.get(*b)).flat_map(|link| match link.link_state {
        LinkState::Duplicate => sets.e(&link.account_id),
        _ => link.chosen_or_candidate().into_iter().collect(),
    });
    let organizations: BTreeSet<i64> = organizations.collect();
    let is_elsewhere = user.organization_id.is_none_or(|default| !organizations.contains(&default));
    // Each state that counts brings at least one organization, and only an account that was read has one of them.
    let smallest = owners.iter().find(|b| sets.is_read(b))?;
    (!organizations.is_empty() && is_elsewhere).then(|| {
        Issue::new(
            Code::UserDomainAmbiguous,
            smallest,
            Subject::User(user.id),
            Verdict::Blocked(Reason::UserDomainAmbiguous),
        )
    })
}
