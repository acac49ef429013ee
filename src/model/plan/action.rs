//! One repair of a plan: what it writes, what is expected before, what must hold, whom it affects.

use serde::{Deserialize, Serialize};

use super::{
    precondition::{Precondition, listed},
    reason::RefusalReason,
};
use crate::model::{Repair, canonical::IdText, canonical::canonical};

/// One repair of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedAction {
    /// Names the same repair in every plan: 16 hexadecimal digits.
    pub action_id: String,
    /// The issue that it mends.
    pub issue_key: String,
    /// The code of the issue.
    pub code: String,
    /// The account.
    pub account_id: String,
    /// The organization that the account expects.
    pub organization_id: IdText,
    /// The user, of the two repairs that write one.
    pub user_id: Option<IdText>,
    /// The membership that becomes the default one.
    pub membership_id: Option<IdText>,
    /// The domain, of the codes that have one.
    pub domain: Option<String>,
    /// The repairs of the same plan that must be in place before.
    pub depends_on: Vec<String>,
    /// What must hold before the write.
    #[serde(with = "listed")]
    pub preconditions: Vec<Precondition>,
    /// The reason for a refusal that somebody lifted: it is not asked for again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_risk: Option<RefusalReason>,
    /// What is done.
    #[serde(flatten)]
    pub repair: PlannedRepair,
}

impl PlannedAction {
    /// The preconditions in their RFC 8785 form.
    pub fn preconditions_text(&self) -> String {
        #[derive(Serialize)]
        #[serde(transparent)]
        struct List<'a>(#[serde(serialize_with = "listed::serialize")] &'a [Precondition]);
        canonical(&List(&self.preconditions))
    }
}

/// What is done, by repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum PlannedRepair {
    /// Write the account's id into a blank `external_id`.
    SetOrgExternalId(RepairParts<NewExternalId, UnlinkedOrganization, LinkRadius>),
    /// Add one domain to an organization.
    AddOrgDomain(RepairParts<NewDomainNames, DomainsBefore, PulledInRadius>),
    /// Add a membership.
    AssignUserToOrg(RepairParts<NewMembership, MembershipBefore, MembershipRadius>),
    /// Make an existing membership the default one.
    MoveUserToOrg(RepairParts<NewDefault, DefaultBefore, MoveRadius>),
}

impl PlannedRepair {
    /// Which of the four it is.
    pub const fn repair(&self) -> Repair {
        match self {
            Self::SetOrgExternalId(_) => Repair::SetOrgExternalId,
            Self::AddOrgDomain(_) => Repair::AddOrgDomain,
            Self::AssignUserToOrg(_) => Repair::AssignUserToOrg,
            Self::MoveUserToOrg(_) => Repair::MoveUserToOrg,
        }
    }

    /// New value, expected value and blast radius in their RFC 8785 form.
    pub fn texts(&self) -> [String; 3] {
        match self {
            Self::SetOrgExternalId(parts) => parts.texts(),
            Self::AddOrgDomain(parts) => parts.texts(),
            Self::AssignUserToOrg(parts) => parts.texts(),
            Self::MoveUserToOrg(parts) => parts.texts(),
        }
    }
}

/// The parts that every repair has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairParts<N, E, B> {
    /// What is written.
    pub new_value: N,
    /// What is there before: the snapshot with the effects of the earlier repairs of the plan.
    pub expected: E,
    /// Whom it affects.
    pub blast_radius: BlastRadius<B>,
}

impl<N: Serialize, E: Serialize, B: Serialize> RepairParts<N, E, B> {
    fn texts(&self) -> [String; 3] {
        [canonical(&self.new_value), canonical(&self.expected), canonical(&self.blast_radius)]
    }
}

/// Whom a repair affects, from the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlastRadius<B> {
    /// By repair.
    #[serde(flatten)]
    pub of_repair: B,
    /// Only tickets created from then on were counted, if not all were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_tickets_since: Option<String>,
}

/// What `set_org_external_id` writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewExternalId {
    /// The account's id, 18 characters.
    pub external_id: String,
}

/// What `set_org_external_id` expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlinkedOrganization {
    /// Blank, in whatever way.
    pub external_id: Option<String>,
    /// The organization's name.
    pub name: String,
    /// In their order.
    pub domain_names: Vec<String>,
}

/// Whom `set_org_external_id` affects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRadius {
    /// A sync that finds organizations by `external_id` finds this one from then on.
    pub is_native_sync_match_new: bool,
    /// Memberships of the organization.
    pub member_count: i64,
    /// Users whom the link decides.
    pub eligible_user_count: Option<i64>,
    /// Their tickets that are not solved.
    pub open_ticket_count: Option<i64>,
}

/// What `add_org_domain` writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDomainNames {
    /// The complete list: Zendesk replaces it.
    pub domain_names: Vec<String>,
}

/// What `add_org_domain` expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainsBefore {
    /// The organization's `external_id`.
    pub external_id: Option<String>,
    /// In their order.
    pub domain_names: Vec<String>,
}

/// Whom `add_org_domain` affects: users whom Zendesk pulls in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PulledInRadius {
    /// How many.
    pub pulled_in_user_count: usize,
    /// Who.
    pub pulled_in_user_ids: Vec<IdText>,
    /// How many of them are in no organization.
    pub pulled_in_without_organization_count: usize,
    /// Where the others are.
    pub present_organizations: Vec<OrganizationCount>,
    /// Their tickets that are not solved.
    pub open_ticket_count: i64,
}

/// How many users are in an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationCount {
    /// The organization.
    pub organization_id: IdText,
    /// How many.
    pub user_count: usize,
}

/// What `assign_user_to_org` writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMembership {
    /// Whose.
    pub user_id: IdText,
    /// Where.
    pub organization_id: IdText,
}

/// What `assign_user_to_org` expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipBefore {
    /// The user is not deleted.
    pub is_active: bool,
    /// The user's address was verified.
    pub is_verified: bool,
    /// The domain of the address.
    pub email_domain: Option<String>,
    /// Where the user is a member.
    pub organization_ids: Vec<IdText>,
    /// The default one among them.
    pub default_organization_id: Option<IdText>,
    /// The `external_id` of the organization that is joined.
    pub organization_external_id: Option<String>,
}

/// Whom `assign_user_to_org` affects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are facts of their own")]
pub struct MembershipRadius {
    /// One.
    pub user_count: u32,
    /// The user's tickets that are not solved.
    pub open_ticket_count: i64,
    /// Members see each other's tickets.
    pub is_shared_tickets: bool,
    /// Members comment on each other's tickets.
    pub is_shared_comments: bool,
    /// The first membership becomes the default one.
    pub becomes_default: bool,
    /// Else the default stays, and the next audit proposes to move it.
    pub second_round_proposes_move: bool,
}

/// What `move_user_to_org` writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDefault {
    /// The organization that becomes the default one.
    pub default_organization_id: IdText,
    /// The membership of it.
    pub membership_id: Option<IdText>,
}

/// What `move_user_to_org` expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultBefore {
    /// The default organization.
    pub default_organization_id: Option<IdText>,
    /// The membership that becomes the default one.
    pub membership_id: Option<IdText>,
    /// The organization of it.
    pub organization_id: IdText,
}

/// Whom `move_user_to_org` affects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveRadius {
    /// One.
    pub user_count: u32,
    /// The user's tickets that are not solved.
    pub open_ticket_count: i64,
    /// Where the user's new tickets went before.
    pub from_organization_id: Option<IdText>,
}
