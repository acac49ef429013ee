//! What an audit of a world must say.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::evaluated::{all_codes, reasons};
use super::issue::Issue;
use super::link::{Link, Links, links};
use super::names::{Code, LinkState, NotEvaluated};
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
    /// The organizations of each account that has several: E of a `duplicate` one, K of an `ambiguous` one.
    pub(crate) candidates: BTreeMap<String, Vec<i64>>,
    /// All issues of the codes that are evaluated, by issue key.
    pub(crate) issues: Vec<Issue>,
    /// How many tickets would have raised the code, were they not outside the window; codes that are evaluated only.
    pub(crate) outside_window: BTreeMap<Code, i64>,
    /// Why a code is not evaluated; nothing: it is. The twelve codes and those of hygiene.
    pub(crate) coverage: BTreeMap<&'static str, BTreeSet<NotEvaluated>>,
}

impl Expected {
    /// Is the code, of drift or hygiene, evaluated?
    pub(crate) fn is_evaluated(&self, code: &str) -> bool {
        self.coverage[code].is_empty()
    }
}

/// Works out the answer of the tables to a world.
pub(crate) fn expect(world: &World, personal_domains: &HashSet<String>) -> Expected {
    let sets = Sets::new(world, personal_domains);
    let links = links(&sets);
    let coverage: BTreeMap<_, _> = all_codes().map(|code| (code, reasons(&sets, code))).collect();
    let is_evaluated = |code: Code| coverage[code.name()].is_empty();

    let mut issues = Vec::new();
    for link in links.values() {
        issues.extend(organization_issues(&sets, &links, link));
    }
    for user in world.users() {
        issues.extend(user_issue(&sets, &links, user));
    }
    let codes = [Code::TicketOrgMismatch, Code::TicketMissingOrg];
    let mut outside_window: BTreeMap<_, _> =
        codes.into_iter().filter(|code| is_evaluated(*code)).map(|code| (code, 0)).collect();
    for ticket in world.tickets() {
        match ticket_issue(&sets, &links, ticket) {
            Some(issue) if is_outside_window(world, ticket) => {
                outside_window.entry(issue.code).and_modify(|count| *count += 1);
            }
            issue => issues.extend(issue),
        }
    }
    issues.retain(|issue| is_evaluated(issue.code));

    let roots: Vec<_> = issues.iter().map(|issue| root_issue_key(&sets, &links, &issues, issue)).collect();
    for (issue, root) in issues.iter_mut().zip(roots) {
        issue.root_issue_key = root;
    }
    issues.sort_by(|left, right| left.issue_key.cmp(&right.issue_key));
    let candidates = candidates(&sets, &links);
    Expected { links: links.into_values().collect(), candidates, issues, outside_window, coverage }
}

fn candidates(sets: &Sets, links: &Links) -> BTreeMap<String, Vec<i64>> {
    let several = links.values().filter_map(|link| {
        let candidates = match link.link_state {
            LinkState::Duplicate => sets.e(&link.account_id),
            LinkState::Ambiguous => sets.k(&link.account_id),
            _ => return None,
        };
        Some((link.account_id.clone(), candidates.into_iter().collect()))
    });
    several.collect()
}
