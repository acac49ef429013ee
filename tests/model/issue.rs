//! One issue, and the parts that the three layers of codes build it from.

use super::names::{Action, Code, Disposition, Reason, SubjectKind, SuggestedAction, Why};
use super::world::User;

/// One row of `issues`; layer, severity and its rank follow from the code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_field_names, reason = "the columns of the public table")]
pub(crate) struct Issue {
    pub(crate) issue_key: String,
    pub(crate) code: Code,
    pub(crate) account_id: String,
    pub(crate) subject_kind: SubjectKind,
    pub(crate) subject_id: String,
    /// The organization that is expected.
    pub(crate) organization_id: Option<i64>,
    /// Where the user is by default, or the ticket is.
    pub(crate) actual_organization_id: Option<i64>,
    /// The domain of the user, or of the ticket's requester.
    pub(crate) email_domain: Option<String>,
    pub(crate) user_id: Option<i64>,
    pub(crate) ticket_id: Option<i64>,
    pub(crate) domain: Option<String>,
    pub(crate) disposition: Disposition,
    pub(crate) action: Option<Action>,
    pub(crate) blocked_reason: Option<Reason>,
    pub(crate) suggested_action: SuggestedAction,
    pub(crate) root_issue_key: Option<String>,
    /// Of an account without an organization: those that may be its own, and why. Part of the evidence.
    pub(crate) near: Vec<(i64, Vec<Why>)>,
    /// The reason that an accepted risk lifted.
    pub(crate) lifted: Option<Reason>,
    /// Which case of the code's row it was, such as `(ii)`: for coverage only.
    pub(crate) case: &'static str,
}

/// What an issue is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    Account,
    Organization(i64),
    User(i64),
    Ticket { id: i64, requester_id: i64 },
}

/// What becomes of an issue, with what goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// An action is planned.
    Prepared(Action),
    /// An action was refused.
    Refused(Action, Reason),
    /// A person must decide, and the code has no action.
    Blocked(Reason),
    Review,
    DetectOnly,
}

impl Issue {
    /// An issue of an account about a subject. It expects no organization and has no domain until told.
    pub(crate) fn new(code: Code, account_id: &str, subject: Subject, verdict: Verdict) -> Self {
        let (subject_kind, subject_id) = match subject {
            Subject::Account => (SubjectKind::Account, account_id.to_owned()),
            Subject::Organization(id) => (SubjectKind::Organization, id.to_string()),
            Subject::User(id) => (SubjectKind::User, id.to_string()),
            Subject::Ticket { id, .. } => (SubjectKind::Ticket, id.to_string()),
        };
        let issue_key = match subject {
            Subject::Account | Subject::Organization(_) => {
                format!("{}/{account_id}/{subject_id}", code.name())
            }
            Subject::User(_) | Subject::Ticket { .. } => format!("{}/{subject_id}", code.name()),
        };
        let (disposition, action, blocked_reason) = verdict.columns();
        Self {
            issue_key,
            code,
            account_id: account_id.to_owned(),
            subject_kind,
            subject_id,
            organization_id: None,
            actual_organization_id: None,
            email_domain: None,
            user_id: match subject {
                Subject::User(id) => Some(id),
                Subject::Ticket { requester_id, .. } => Some(requester_id),
                _ => None,
            },
            ticket_id: match subject {
                Subject::Ticket { id, .. } => Some(id),
                _ => None,
            },
            domain: None,
            disposition,
            action,
            blocked_reason,
            suggested_action: usual_suggestion(code),
            root_issue_key: None,
            near: Vec::new(),
            lifted: None,
            case: "",
        }
    }

    /// The same issue, with the organization that is expected.
    pub(crate) fn expecting(mut self, organization_id: i64) -> Self {
        self.organization_id = Some(organization_id);
        self
    }

    /// The same issue of a user who is in `actual`, on that domain.
    pub(crate) fn of_user(mut self, user: &User, actual: Option<i64>, email_domain: &str) -> Self {
        self.user_id = Some(user.id);
        self.actual_organization_id = actual;
        self.email_domain = Some(email_domain.to_owned());
        self
    }

    /// The same issue about one domain, which becomes part of the key.
    pub(crate) fn of_domain(mut self, domain: &str) -> Self {
        self.issue_key = format!("{}/{domain}", self.issue_key);
        self.domain = Some(domain.to_owned());
        self
    }

    /// The same issue with another suggestion than its code's usual one.
    pub(crate) fn suggesting(mut self, suggested_action: SuggestedAction) -> Self {
        self.suggested_action = suggested_action;
        self
    }

    /// The same issue with what the table said once a person accepted its risk.
    pub(crate) fn with_risk_accepted(mut self, lifted: Reason, verdict: Verdict) -> Self {
        (self.disposition, self.action, self.blocked_reason) = verdict.columns();
        self.lifted = Some(lifted);
        self
    }

    /// The same issue, noted as one case of its code.
    pub(crate) fn in_case(mut self, case: &'static str) -> Self {
        self.case = case;
        self
    }
}

impl Verdict {
    fn columns(self) -> (Disposition, Option<Action>, Option<Reason>) {
        match self {
            Self::Prepared(action) => (Disposition::Prepared, Some(action), None),
            Self::Refused(action, reason) => (Disposition::Blocked, Some(action), Some(reason)),
            Self::Blocked(reason) => (Disposition::Blocked, None, Some(reason)),
            Self::Review => (Disposition::Review, None, None),
            Self::DetectOnly => (Disposition::DetectOnly, None, None),
        }
    }
}

/// The paragraph "Suggested action". `account_missing_zendesk_org` and the ticket codes have
/// several, which `advice` tells apart.
fn usual_suggestion(code: Code) -> SuggestedAction {
    match code {
        Code::OrgDuplicateExternalId | Code::UserResolutionBlockedDuplicateExternalId => {
            SuggestedAction::MergeReview
        }
        Code::OrgMissingExternalId | Code::OrgExternalIdConflict => SuggestedAction::RelinkOrg,
        Code::AccountMissingZendeskOrg => SuggestedAction::CreateMissingOrg,
        Code::OrgMissingExpectedDomain | Code::OrgDomainAttachedElsewhere => {
            SuggestedAction::RepairDomainMapping
        }
        Code::UserMissingExpectedMembership => SuggestedAction::AssignUserToOrg,
        Code::UserDefaultOrgNotExpected => SuggestedAction::MoveUserToOrg,
        Code::UserDomainAmbiguous => SuggestedAction::DomainReview,
        Code::TicketOrgMismatch | Code::TicketMissingOrg => {
            SuggestedAction::RepairMembershipThenReplayTicketAudit
        }
    }
}
