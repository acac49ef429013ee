//! What an audit of a world must say.

use std::collections::{BTreeMap, HashSet};

use super::issue::Issue;
use super::link::{Link, links};
use super::names::Code;
use super::organization_codes::organization_issues;
use super::root::root_issue_key;
use super::sets::Sets;
use super::ticket_codes::{is_outside_window, ticket_issue};
use super::user_codes::user_issue;
use super::world::World;

/// The answer of the tables to one world.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// One link for each account, by account id.
    pub(crate) links: Vec<Link>,
    /// All issues, by issue key.
    pub(crate) issues: Vec<Issue>,
    /// How many tickets would have raised the code, were they not outside the window.
    pub(crate) outside_window: BTreeMap<Code, i64>,
}

/// Works out the answer of the tables to a world.
pub(crate) fn expect(world: &World, personal_domains: &HashSet<String>) -> Expected {
    let sets = Sets::new(world, personal_domains);
    let links = links(&sets);

    let mut issues = Vec::new();
    for link in links.values() {
        issues.extend(organization_issues(&sets, &links, link));
    }
    for user in &world.users {
        issues.extend(user_issue(&sets, &links, user));
    }
    let mut outside_window = BTreeMap::from([(Code::TicketOrgMismatch, 0), (Code::TicketMissingOrg, 0)]);
    for ticket in &world.tickets {
        match ticket_issue(&sets, &links, ticket) {
            Some(issue) if is_outside_window(world, ticket) => {
                *outside_window.entry(issue.code).or_default() += 1;
            }
            issue => issues.extend(issue),
        }
    }

    let roots: Vec<_> = issues.iter().map(|issue| root_issue_key(&sets, &links, &issues, issue)).collect();
    for (issue, root) in issues.iter_mut().zip(roots) {
        issue.root_issue_key = root;
    }
    issues.sort_by(|left, right| left.issue_key.cmp(&right.issue_key));
    Expected { links: links.into_values().collect(), issues, outside_window }
}
