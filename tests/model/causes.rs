//! The records that issues and hygiene findings hang on.
//!
//! Decisions that the text leaves open:
//!
//! - "Where the user is now" is the default organization, also one that the run does not hold; of
//!   `email_domain_outside_org` it is the organization of the membership.
//! - Of hygiene, `stored_org_id_dangling` hangs on its account; the others on the organization.
//! - Users and open tickets are counted once, where they are the subject; a ticket's requester is not.
//! - Accounts are those of the issues and of `stored_org_id_dangling`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::expect::Expected;
use super::findings::Finding;
use super::issue::Issue;
use super::names::{CauseKind, Code, Layer};
use super::ticket_codes::is_open;
use super::world::World;

/// One row of `causes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) kind: CauseKind,
    pub(crate) id: String,
    pub(crate) issue_count: i64,
    pub(crate) account_count: i64,
    pub(crate) user_count: i64,
    pub(crate) open_ticket_count: i64,
    pub(crate) codes: String,
}

/// What hangs on one record.
#[derive(Default)]
struct Hanging {
    issue_count: i64,
    accounts: BTreeSet<String>,
    users: BTreeSet<i64>,
    open_tickets: BTreeSet<i64>,
    codes: BTreeMap<&'static str, i64>,
}

/// The causes of a run, by kind and id.
pub(crate) fn causes<'f>(
    expected: &Expected,
    findings: impl IntoIterator<Item = &'f Finding>,
    world: &World,
) -> Vec<Cause> {
    let open: BTreeSet<i64> =
        world.tickets().iter().filter(|ticket| is_open(ticket)).map(|ticket| ticket.id).collect();
    let mut causes: BTreeMap<(CauseKind, String), Hanging> = BTreeMap::new();
    for issue in &expected.issues {
        let hanging = causes.entry(of_issue(issue)).or_default();
        hanging.add(issue.code.name(), Some(&issue.account_id));
        hanging.users.extend(issue.user_id.filter(|_| issue.code.layer() == Layer::User));
        hanging.open_tickets.extend(issue.ticket_id.filter(|ticket| open.contains(ticket)));
    }
    for finding in findings.into_iter().filter(|finding| finding.class.is_hygiene()) {
        let hanging = causes.entry(of_finding(finding)).or_default();
        hanging.add(finding.class.name(), finding.account_id.as_deref());
        hanging.users.extend(finding.user_id);
    }
    causes.into_iter().map(|((kind, id), hanging)| hanging.cause(kind, id)).collect()
}

fn of_issue(issue: &Issue) -> (CauseKind, String) {
    match issue.code {
        Code::UserDefaultOrgNotExpected | Code::UserMissingExpectedMembership | Code::TicketOrgMismatch => {
            match issue.actual_organization_id {
                Some(o) => (CauseKind::Organization, o.to_string()),
                None => (CauseKind::Account, issue.account_id.clone()),
            }
        }
        Code::UserDomainAmbiguous => {
            (CauseKind::Domain, issue.email_domain.clone().expect("the issue is about a domain"))
        }
        Code::OrgMissingExpectedDomain | Code::OrgDomainAttachedElsewhere => {
            (CauseKind::Domain, issue.domain.clone().expect("the issue is about a domain"))
        }
        _ => (CauseKind::Account, issue.account_id.clone()),
    }
}

fn of_finding(finding: &Finding) -> (CauseKind, String) {
    match (&finding.account_id, finding.organization_id) {
        (Some(a), _) => (CauseKind::Account, a.clone()),
        (None, o) => (CauseKind::Organization, o.expect("it has an account or an organization").to_string()),
    }
}

impl Hanging {
    fn add(&mut self, code: &'static str, account_id: Option<&str>) {
        self.issue_count += 1;
        self.accounts.extend(account_id.map(str::to_owned));
        *self.codes.entry(code).or_default() += 1;
    }

    fn cause(self, kind: CauseKind, id: String) -> Cause {
        let count = |number: usize| i64::try_from(number).expect("small");
        let mut codes: Vec<_> = self.codes.into_iter().collect();
        codes.sort_by_key(|(code, count)| (Reverse(*count), *code));
        let codes: Vec<_> = codes.into_iter().map(|(code, _)| code).collect();
        Cause {
            kind,
            id,
            issue_count: self.issue_count,
            account_count: count(self.accounts.len()),
            user_count: count(self.users.len()),
            open_ticket_count: count(self.open_tickets.len()),
            codes: codes.join(", "),
        }
    }
}
