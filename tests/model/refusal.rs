//! The refusal table: whether a repair is prepared, or why not.

use std::collections::BTreeSet;

use super::issue::Verdict;
use super::link::{Link, Links};
use super::names::Action::{self, AddOrgDomain, AssignUserToOrg, MoveUserToOrg, SetOrgExternalId};
use super::names::{LinkState, MatchRule, Reason};
use super::sets::Sets;
use super::world::User;

/// A repair that a code would prepare. Account and organization come from the link.
#[derive(Clone, Copy)]
pub(crate) enum Repair<'a> {
    SetExternalId,
    AddDomain(&'a str),
    Assign(&'a User),
    Move(&'a User),
}

/// One repair for one account, put to the table.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) sets: &'a Sets<'a>,
    pub(crate) links: &'a Links,
    pub(crate) link: &'a Link,
    pub(crate) repair: Repair<'a>,
}

/// One row of the table.
pub(crate) struct Row {
    pub(crate) reason: Reason,
    /// The columns with an x.
    pub(crate) columns: &'static [Action],
    holds: fn(&Question) -> bool,
}

/// The table, in the order of the text.
pub(crate) const TABLE: [Row; 13] = [
    Row { reason: Reason::ExternalIdInUse, columns: &[SetOrgExternalId], holds: external_id_in_use },
    Row {
        reason: Reason::AccountLinkContested,
        columns: &[SetOrgExternalId, AddOrgDomain, AssignUserToOrg, MoveUserToOrg],
        holds: |question| question.link.link_state == LinkState::Contested,
    },
    Row {
        reason: Reason::OrgClaimedByOtherAccount,
        columns: &[SetOrgExternalId, AddOrgDomain, AssignUserToOrg, MoveUserToOrg],
        holds: |question| !claimants(question.sets, question.links, question.link).is_empty(),
    },
    Row {
        reason: Reason::StoredOrgIdDangling,
        columns: &[SetOrgExternalId],
        holds: |question| question.is_candidate() && question.sets.stored_id_dangles(question.a()),
    },
    Row {
        reason: Reason::OrgCandidateAmbiguous,
        columns: &[SetOrgExternalId],
        holds: org_candidate_ambiguous,
    },
    Row {
        reason: Reason::DomainDisagrees,
        columns: &[SetOrgExternalId, AddOrgDomain, AssignUserToOrg, MoveUserToOrg],
        holds: domain_disagrees,
    },
    Row {
        reason: Reason::DomainSharedByAccounts,
        columns: &[SetOrgExternalId, AddOrgDomain],
        holds: domain_shared_by_accounts,
    },
    Row {
        reason: Reason::DomainBelongsToOtherOrg,
        columns: &[AssignUserToOrg, MoveUserToOrg],
        holds: domain_belongs_to_other_org,
    },
    Row {
        reason: Reason::OrgLinkUnconfirmed,
        columns: &[AssignUserToOrg, MoveUserToOrg],
        holds: |question| question.is_candidate(),
    },
    Row {
        reason: Reason::UserEmailUnverified,
        columns: &[AssignUserToOrg],
        holds: |question| question.user().is_some_and(|user| !user.verified),
    },
    Row {
        reason: Reason::OrganizationSharesTickets,
        columns: &[AddOrgDomain, AssignUserToOrg],
        holds: organization_shares_tickets,
    },
    Row {
        reason: Reason::SingleOrganizationAccount,
        columns: &[AddOrgDomain, AssignUserToOrg, MoveUserToOrg],
        holds: single_organization_account,
    },
    Row {
        reason: Reason::UserNotUpdatable,
        columns: &[AssignUserToOrg, MoveUserToOrg],
        holds: |question| question.user().is_some_and(|user| user.shared),
    },
];

/// The other accounts that have a claim on the organization of `link`.
///
/// S(b) = o or o in E(b); or a is `candidate` to o, and o is in K(b) of a b that is `candidate` or `ambiguous`.
pub(crate) fn claimants<'w>(sets: &Sets<'w>, links: &Links, link: &Link) -> BTreeSet<&'w str> {
    let Some(o) = link.organization_id else {
        return BTreeSet::new();
    };
    let also_hopes = |b: &str| {
        link.link_state == LinkState::Candidate
            && matches!(links[b].link_state, LinkState::Candidate | LinkState::Ambiguous)
            && sets.k(b).contains(&o)
    };
    let others = sets.others(&link.account_id);
    others.filter(|b| sets.serves(o, b) || also_hopes(b)).collect()
}

impl<'a> Question<'a> {
    /// Prepared, or refused for the first reason that holds in the repair's column.
    pub(crate) fn verdict(&self) -> Verdict {
        let action = self.action();
        let mut rows = TABLE.iter().filter(|row| row.columns.contains(&action));
        match rows.find(|row| (row.holds)(self)) {
            Some(row) => Verdict::Refused(action, row.reason),
            None => Verdict::Prepared(action),
        }
    }

    fn action(&self) -> Action {
        match self.repair {
            Repair::SetExternalId => SetOrgExternalId,
            Repair::AddDomain(_) => AddOrgDomain,
            Repair::Assign(_) => AssignUserToOrg,
            Repair::Move(_) => MoveUserToOrg,
        }
    }

    fn a(&self) -> &'a str {
        &self.link.account_id
    }

    fn o(&self) -> Option<i64> {
        self.link.organization_id
    }

    fn is_candidate(&self) -> bool {
        self.link.link_state == LinkState::Candidate
    }

    fn user(&self) -> Option<&'a User> {
        match self.repair {
            Repair::Assign(user) | Repair::Move(user) => Some(user),
            Repair::SetExternalId | Repair::AddDomain(_) => None,
        }
    }

    /// Has the user a membership in an organization other than o?
    fn is_member_elsewhere(&self, user: &User) -> bool {
        let mut memberships = self.sets.world.memberships_of(user.id);
        memberships.any(|organization| Some(organization) != self.o())
    }
}

fn external_id_in_use(question: &Question) -> bool {
    let e = question.sets.e(question.a());
    e.iter().any(|o| Some(*o) != question.o())
}

/// Case (iii); or a is `candidate`, and D(a) has two or more, or o holds a domain that accounts other than a expect
/// and a does not.
fn org_candidate_ambiguous(question: &Question) -> bool {
    let (sets, a) = (question.sets, question.a());
    if question.link.link_state == LinkState::Ambiguous {
        return true;
    }
    let Some(o) = question.o().filter(|_| question.is_candidate()) else {
        return false;
    };
    let is_foreign = |d: &String| !sets.x(a).contains(d) && sets.others(a).any(|b| sets.x(b).contains(d));
    sets.d(a).len() >= 2 || sets.held(o).iter().any(is_foreign)
}

/// a is `linked` by stored id, o's external id is blank, X(a) is not empty, and o holds at least one usable domain,
/// none of them in X(a).
fn domain_disagrees(question: &Question) -> bool {
    let (sets, link) = (question.sets, question.link);
    let Some(o) = question.o() else {
        return false;
    };
    let x = sets.x(question.a());
    link.link_state == LinkState::Linked
        && link.match_rule == Some(MatchRule::StoredId)
        && sets.is_blank(o)
        && !x.is_empty()
        && !sets.usable_held(o).is_empty()
        && sets.held(o).is_disjoint(x)
}

/// Set: case (ii), and every domain of X(a) that o holds has two or more owners. Add: the domain has.
fn domain_shared_by_accounts(question: &Question) -> bool {
    let sets = question.sets;
    let is_shared = |d: &str| sets.owners(d).len() >= 2;
    match (question.repair, question.o()) {
        (Repair::SetExternalId, Some(o)) => {
            let mut common = sets.x(question.a()).intersection(sets.held(o));
            question.is_candidate() && common.all(|d| is_shared(d))
        }
        (Repair::AddDomain(d), _) => is_shared(d),
        _ => false,
    }
}

/// An organization other than o holds the user's domain.
fn domain_belongs_to_other_org(question: &Question) -> bool {
    let domain = question.user().and_then(|user| question.sets.eligible_domain(user));
    domain.is_some_and(|d| {
        let holders = question.sets.holders(&d);
        holders.iter().any(|o| Some(*o) != question.o())
    })
}

/// o has `shared_tickets` or `shared_comments`, and the audit was not told to allow that.
fn organization_shares_tickets(question: &Question) -> bool {
    let is_sharing = question.o().is_some_and(|o| {
        let organization = question.sets.organization(o);
        organization.shared_tickets || organization.shared_comments
    });
    is_sharing && !question.sets.world.allow_shared_tickets
}

/// Several organizations per user are not known to be allowed, and the repair would need them.
///
/// Assign: u has any membership. Move: u has a membership other than o. Add: an eligible user of the domain has one.
fn single_organization_account(question: &Question) -> bool {
    let sets = question.sets;
    if sets.world.multiple_organizations == Some(true) {
        return false;
    }
    match question.repair {
        Repair::SetExternalId => false,
        Repair::AddDomain(d) => sets.world.users.iter().any(|user| {
            sets.eligible_domain(user).as_deref() == Some(d) && question.is_member_elsewhere(user)
        }),
        Repair::Assign(user) => sets.world.memberships_of(user.id).next().is_some(),
        Repair::Move(user) => question.is_member_elsewhere(user),
    }
}
