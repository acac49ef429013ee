//! The six codes about accounts and organizations.
//!
//! Decision that the text leaves open: an organization whose `domain_names` are absent raises no
//! `org_missing_expected_domain`, as an undecided ticket raises nothing: it may hold the domain.

use super::advice::missing_organization;
use super::issue::{Issue, Subject, Verdict};
use super::link::{Link, Links};
use super::names::{Code, LinkState, Reason};
use super::refusal::{Question, Repair};
use super::sets::Sets;

/// All organization issues of one account.
pub(crate) fn organization_issues(sets: &Sets, links: &Links, link: &Link) -> Vec<Issue> {
    let mut issues = identity_issues(sets, links, link);
    issues.extend(domain_issues(sets, links, link));
    issues
}

/// The codes that ask which organization it is: one of them for each link state that is in doubt.
fn identity_issues(sets: &Sets, links: &Links, link: &Link) -> Vec<Issue> {
    let a = link.account_id.as_str();
    match (link.link_state, link.organization_id) {
        (LinkState::Duplicate, _) => {
            let verdict = Verdict::Blocked(Reason::DuplicateExternalId);
            let issue = |o: i64| {
                Issue::new(Code::OrgDuplicateExternalId, a, Subject::Organization(o), verdict).expecting(o)
            };
            sets.e(a).into_iter().map(issue).collect()
        }
        (LinkState::Linked | LinkState::Contested, Some(o)) if sets.is_blank(o) => {
            vec![missing_external_id(sets, links, link, o).in_case("(i)")]
        }
        (LinkState::Contested, Some(o)) => vec![external_id_conflict(a, o).in_case("(i)")],
        (LinkState::Candidate, Some(o)) => {
            vec![missing_external_id(sets, links, link, o).in_case("(ii)")]
        }
        (LinkState::Conflict, Some(o)) => vec![external_id_conflict(a, o).in_case("(ii)")],
        (LinkState::Ambiguous, _) => vec![ambiguous(sets, links, link).in_case("(iii)")],
        (LinkState::Missing, _) => {
            let issue = Issue::new(Code::AccountMissingZendeskOrg, a, Subject::Account, Verdict::Review);
            let (suggestion, near) = missing_organization(sets, a);
            vec![Issue { near, ..issue.suggesting(suggestion) }]
        }
        _ => Vec::new(),
    }
}

fn missing_external_id(sets: &Sets, links: &Links, link: &Link, o: i64) -> Issue {
    let question = Question { sets, links, link, repair: Repair::SetExternalId };
    let a = &link.account_id;
    question.answer(|verdict| {
        Issue::new(Code::OrgMissingExternalId, a, Subject::Organization(o), verdict).expecting(o)
    })
}

fn external_id_conflict(a: &str, o: i64) -> Issue {
    Issue::new(
        Code::OrgExternalIdConflict,
        a,
        Subject::Organization(o),
        Verdict::Blocked(Reason::ExternalIdConflict),
    )
    .expecting(o)
}

/// Case (iii) of two codes: which one depends on whether K(a) has an organization whose external id is blank.
fn ambiguous(sets: &Sets, links: &Links, link: &Link) -> Issue {
    let a = link.account_id.as_str();
    if sets.k(a).iter().any(|o| sets.is_blank(*o)) {
        let question = Question { sets, links, link, repair: Repair::SetExternalId };
        question.answer(|verdict| Issue::new(Code::OrgMissingExternalId, a, Subject::Account, verdict))
    } else {
        let verdict = Verdict::Blocked(Reason::OrgCandidateAmbiguous);
        Issue::new(Code::OrgExternalIdConflict, a, Subject::Account, verdict)
    }
}

/// The two domain codes: for each expected domain of a `linked` or `contested` account.
fn domain_issues(sets: &Sets, links: &Links, link: &Link) -> Vec<Issue> {
    let a = link.account_id.as_str();
    let Some(o) = link.chosen() else {
        return Vec::new();
    };
    let issue = |d: &String| {
        let holders = sets.holders(d);
        if holders.is_empty() && !sets.lacks(o, "domain_names") {
            let question = Question { sets, links, link, repair: Repair::AddDomain(d) };
            return Some(question.answer(|verdict| {
                let code = Code::OrgMissingExpectedDomain;
                Issue::new(code, a, Subject::Organization(o), verdict).expecting(o).of_domain(d)
            }));
        }
        let is_elsewhere = holders.iter().any(|holder| *holder != o);
        is_elsewhere.then(|| {
            let is_shared = sets.owners(d).len() >= 2;
            let reason =
                if is_shared { Reason::DomainSharedByAccounts } else { Reason::DomainBelongsToOtherOrg };
            let (code, verdict) = (Code::OrgDomainAttachedElsewhere, Verdict::Blocked(reason));
            Issue::new(code, a, Subject::Organization(o), verdict).expecting(o).of_domain(d)
        })
    };
    sets.x(a).iter().filter_map(issue).collect()
}
