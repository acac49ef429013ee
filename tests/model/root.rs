//! `root_issue_key`: the issue to fix first. An issue of a code that is not evaluated is no root.

use super::issue::Issue;
use super::link::Links;
use super::names::{Layer, LinkState, Reason};
use super::refusal::claimants;
use super::sets::Sets;

/// Returns the key of the issue to fix before `issue`, where there is one.
///
/// The three clauses of the text are tried in its order: a ticket; a user of an account that is in doubt; an issue
/// refused because another account claims the organization.
pub(crate) fn root_issue_key(sets: &Sets, links: &Links, issues: &[Issue], issue: &Issue) -> Option<String> {
    let link = &links[&issue.account_id];
    let is_in_doubt =
        matches!(link.link_state, LinkState::Duplicate | LinkState::Contested | LinkState::Candidate);
    match issue.code.layer() {
        Layer::Ticket => {
            let of_requester =
                |other: &&Issue| other.code.layer() == Layer::User && other.user_id == issue.user_id;
            let requesters = issues.iter().find(of_requester);
            requesters.map_or_else(
                || organization_issue(issues, &issue.account_id),
                |found| Some(found.issue_key.clone()),
            )
        }
        Layer::User if is_in_doubt => organization_issue(issues, &issue.account_id),
        _ if issue.blocked_reason == Some(Reason::OrgClaimedByOtherAccount) => {
            let claimants = claimants(sets, links, link);
            claimants.iter().filter_map(|b| organization_issue(issues, b)).min()
        }
        _ => None,
    }
}

/// The account's issue of the organization layer; of several, the one with the smallest key.
fn organization_issue(issues: &[Issue], account_id: &str) -> Option<String> {
    let own = issues
        .iter()
        .filter(|issue| issue.account_id == account_id && issue.code.layer() == Layer::Organization);
    own.map(|issue| issue.issue_key.clone()).min()
}
