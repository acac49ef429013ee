//! The refusal table: whether a repair is prepared, or why not.
//!
//! Decision that the text leaves open: an accepted risk belongs to the fingerprint of its issue, which names the reason
//! that the issue has without accepted risks. It lifts that reason and no other: an issue that has both reasons stays
//! blocked by the second one.

use std::collections::BTreeSet;

use super::issue::{Issue, Verdict};
use super::link::{Link, Links};
use super::names::Action::{self, AddOrgDomain, AssignUserToOrg, MoveUserToOrg, SetOrgExternalId};
use super::names::{LinkState, Reason};
use super::organization_refusals as organizations;
use super::sets::Sets;
use super::unread_facts::fact_not_read;
use super::user_refusals as users;
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

const SET: &[Action] = &[SetOrgExternalId];
const SET_ADD: &[Action] = &[SetOrgExternalId, AddOrgDomain];
const ASSIGN: &[Action] = &[AssignUserToOrg];
const ADD_ASSIGN: &[Action] = &[AddOrgDomain, AssignUserToOrg];
const ASSIGN_MOVE: &[Action] = &[AssignUserToOrg, MoveUserToOrg];
const ADD_ASSIGN_MOVE: &[Action] = &[AddOrgDomain, AssignUserToOrg, MoveUserToOrg];
const ALL: &[Action] = &[SetOrgExternalId, AddOrgDomain, AssignUserToOrg, MoveUserToOrg];

const fn row(reason: Reason, columns: &'static [Action], holds: fn(&Question) -> bool) -> Row {
    Row { reason, columns, holds }
}

/// The table, in the order of the text.
pub(crate) const TABLE: [Row; 22] = [
    row(Reason::ExternalIdInUse, SET, organizations::external_id_in_use),
    row(Reason::AccountLinkContested, ALL, |question| question.link.link_state == LinkState::Contested),
    row(Reason::OrgClaimedByOtherAccount, ALL, |question| {
        !claimants(question.sets, question.links, question.link).is_empty()
    }),
    row(Reason::StoredOrgIdDangling, SET, |question| {
        question.is_candidate() && question.sets.stored_id_is_no_help(question.a())
    }),
    row(Reason::OrgCandidateAmbiguous, SET, organizations::org_candidate_ambiguous),
    row(Reason::DomainDisagrees, ALL, organizations::domain_disagrees),
    row(Reason::StoredIdUncorroborated, ALL, organizations::stored_id_uncorroborated),
    row(Reason::OrganizationFieldNamesOtherAccount, SET, organizations::field_names_other_account),
    row(Reason::OrganizationLooksLikeOtherAccount, SET, organizations::looks_like_other_account),
    row(Reason::DomainSharedByAccounts, SET_ADD, organizations::domain_shared_by_accounts),
    row(Reason::DomainRelatedToOtherAccount, ALL, organizations::domain_related_to_other_account),
    row(Reason::DomainBelongsToOtherOrg, ASSIGN_MOVE, users::domain_belongs_to_other_org),
    row(Reason::OrgLinkUnconfirmed, ASSIGN_MOVE, organizations::org_link_unconfirmed),
    row(Reason::UserBelongsToOtherAccount, ADD_ASSIGN_MOVE, users::user_belongs_to_other_account),
    row(Reason::UserEmailUnverified, ASSIGN, |question| question.user().is_some_and(|user| !user.verified)),
    row(Reason::OrganizationSharesTickets, ADD_ASSIGN, organizations::shares_tickets),
    row(Reason::UserSeesOrganizationTickets, ADD_ASSIGN, users::user_sees_organization_tickets),
    row(Reason::SingleOrganizationAccount, ADD_ASSIGN_MOVE, users::single_organization_account),
    row(Reason::UserNotUpdatable, ASSIGN_MOVE, users::user_not_updatable),
    row(Reason::FactNotRead, ALL, fact_not_read),
    row(Reason::KeyIsInAField, SET, |question| question.sets.world.settings.account_id_field.is_some()),
    row(Reason::RepairSwitchedOff, ALL, |question| {
        question.sets.world.settings.repairs_off.contains(&question.action())
    }),
];

/// The other accounts that have a claim on the organization of `link`.
///
/// S(b) = o or o in E(b); or a is `candidate` to o, and o is in K(b) of a b that is `candidate` or `ambiguous`. A b that
/// was not read has no such link, but it might have if it could be read: o in K(b) is enough.
pub(crate) fn claimants<'s>(sets: &'s Sets, links: &Links, link: &Link) -> BTreeSet<&'s str> {
    let Some(o) = link.organization_id else {
        return BTreeSet::new();
    };
    let may_hope = |b: &str| {
        !sets.is_read(b)
            || links
                .get(b)
                .is_some_and(|link| matches!(link.link_state, LinkState::Candidate | LinkState::Ambiguous))
    };
    let also_hopes =
        |b: &str| link.link_state == LinkState::Candidate && may_hope(b) && sets.k(b).contains(&o);
    let others = sets.others(&link.account_id);
    others.filter(|b| sets.serves(o, b) || also_hopes(b)).collect()
}

impl<'a> Question<'a> {
    /// The issue with the table's verdict, made by `issue` from a verdict.
    pub(crate) fn answer(&self, issue: impl Fn(Verdict) -> Issue) -> Issue {
        let verdict = self.verdict(None);
        let found = issue(verdict);
        let is_accepted = self.sets.world.settings.accepted_risks.contains(&found.issue_key);
        match found.blocked_reason {
            Some(lifted @ (Reason::UserBelongsToOtherAccount | Reason::UserEmailUnverified))
                if is_accepted =>
            {
                found.with_risk_accepted(lifted, self.verdict(Some(lifted)))
            }
            _ => found,
        }
    }

    /// Prepared, or refused for the first reason that holds in the repair's column and is not lifted.
    fn verdict(&self, lifted: Option<Reason>) -> Verdict {
        let action = self.action();
        let mut rows = TABLE.iter().filter(|row| row.columns.contains(&action) && Some(row.reason) != lifted);
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

    pub(crate) fn a(&self) -> &'a str {
        &self.link.account_id
    }

    pub(crate) fn o(&self) -> Option<i64> {
        self.link.organization_id
    }

    pub(crate) fn is_candidate(&self) -> bool {
        self.link.link_state == LinkState::Candidate
    }

    /// The user of an assign or a move.
    pub(crate) fn user(&self) -> Option<&'a User> {
        match self.repair {
            Repair::Assign(user) | Repair::Move(user) => Some(user),
            Repair::SetExternalId | Repair::AddDomain(_) => None,
        }
    }

    /// The domain that the repair is about: the one to add, or the user's.
    pub(crate) fn domain(&self) -> Option<String> {
        match self.repair {
            Repair::SetExternalId => None,
            Repair::AddDomain(d) => Some(d.to_owned()),
            Repair::Assign(user) | Repair::Move(user) => self.sets.eligible_domain(user),
        }
    }

    /// Is the user a member of another organization than o?
    pub(crate) fn is_member_elsewhere(&self, user: &User) -> bool {
        self.sets.world.memberships_of(user.id).any(|organization| Some(organization) != self.o())
    }

    /// Is the user a member of o?
    pub(crate) fn is_member(&self, user: &User) -> bool {
        self.o().is_some_and(|o| self.sets.world.is_member(user.id, o))
    }
}
