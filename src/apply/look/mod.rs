//! One look at the live records of a repair: may it be made, is it made already, or is it stale?
//!
//! What is evaluated are the preconditions that the plan names. Those whose reply is at hand come first, so that a
//! stale repair costs no further request; the others follow in the order of the plan. Settings and keys of organizations
//! that are only compared may come from a recent reply to an earlier look of the same apply, which is named then.

mod replies;
mod seen;

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    action::{Action, Task},
    kept::Kept,
    overlay::Overlay,
};
use crate::{
    identity::{email_domain, external_id_key},
    model::{
        journal::{Evaluated, Look, RecordCall},
        plan::{Check, OrganizationKey, Precondition},
    },
    zendesk::records::{LiveOrganization, LiveUser, RecordApi, WriteRequest},
};
use replies::Replies;
pub(super) use seen::Seen;

/// What a look says.
#[derive(Debug, Clone)]
pub(super) enum Sight {
    /// Every precondition holds.
    Ready {
        /// What would be sent: a function of the plan and of this look alone.
        request: WriteRequest,
        seen: Seen,
    },
    /// It is as it should be.
    InPlace { seen: Seen },
    /// A precondition does not hold.
    Stale { failed_check: Check, seen: Seen },
}

/// The records cannot be read; some preconditions may have been evaluated before.
#[derive(Debug)]
pub(super) struct Unreadable<E> {
    pub(super) error: E,
    pub(super) look: Look,
}

/// Looks at what a repair is about.
pub(super) async fn look<A: RecordApi>(
    api: &A,
    action: &Action,
    overlay: &Overlay,
    kept: &Kept<'_>,
) -> Result<Sight, Unreadable<A::Error>> {
    let mut looking = Looking { action, replies: Replies::new(api, overlay, kept), look: Look::default() };
    match looking.judge().await {
        Ok(judged) => Ok(looking.sight(judged)),
        Err(error) => Err(Unreadable { error, look: action.completed(looking.look) }),
    }
}

/// What the preconditions come to.
#[derive(Clone, Copy)]
enum Judged {
    InPlace,
    Ready,
    Stale(Check),
}

/// What one precondition comes to.
enum Finding {
    /// It was evaluated on the reply to a call.
    On(RecordCall, bool),
    /// The replies say that it does not matter.
    NeedsNoCheck,
    /// The snapshot has judged it.
    BySnapshot,
    /// Its reply is not at hand.
    Unasked(RecordCall),
}

struct Looking<'a, A> {
    action: &'a Action,
    replies: Replies<'a, A>,
    look: Look,
}

impl<A: RecordApi> Looking<'_, A> {
    async fn judge(&mut self) -> Result<Judged, A::Error> {
        self.replies.read_written_record(&self.action.task).await?;
        if self.is_in_place() {
            return Ok(Judged::InPlace);
        }
        let mut later = Vec::new();
        for precondition in &self.action.preconditions {
            match self.finding(precondition) {
                Finding::Unasked(call) => later.push((precondition, call)),
                finding if self.note(precondition.check(), &finding) => {}
                _ => return Ok(Judged::Stale(precondition.check())),
            }
        }
        for (precondition, call) in later {
            self.replies.ask(call, &self.action.task, precondition).await?;
            let finding = self.finding(precondition);
            if !self.note(precondition.check(), &finding) {
                return Ok(Judged::Stale(precondition.check()));
            }
        }
        Ok(Judged::Ready)
    }

    /// Takes down a finding, and says whether the repair may still be made.
    fn note(&mut self, check: Check, finding: &Finding) -> bool {
        match *finding {
            Finding::On(call, holds) => {
                let kept_replies = self.replies.kept_of(call).to_vec();
                self.look.evaluated.push(Evaluated { check, holds, call, kept_replies });
                holds
            }
            Finding::NeedsNoCheck => {
                self.look.needed_no_check.push(check);
                true
            }
            Finding::BySnapshot => true,
            // No reply of this repair can tell: what is unknown does not hold.
            Finding::Unasked(_) => false,
        }
    }

    /// Whether somebody made the repair already, which shows in one precondition or two.
    fn is_in_place(&mut self) -> bool {
        let Replies { user, memberships, overlay, .. } = &self.replies;
        let organization = self.replies.organization.found();
        let task = &self.action.task;
        let shown_by: &[(Check, bool, RecordCall)] = match task {
            Task::SetExternalId { external_id, .. } => {
                let key = external_id_key(organization.and_then(|found| found.external_id.as_deref()));
                let is_ours = key.text == Some(external_id)
                    || key.account_id.is_some_and(|id| id.as_str() == external_id);
                if !is_ours {
                    return false;
                }
                &[
                    (Check::OrganizationExists, true, RecordCall::Organization),
                    (Check::ExternalIdIsBlank, false, RecordCall::Organization),
                ]
            }
            Task::AddDomain { domain, .. } => {
                if !organization.is_some_and(|found| has_domain(found, domain)) {
                    return false;
                }
                &[
                    (Check::OrganizationExists, true, RecordCall::Organization),
                    (Check::DomainIsAbsent, false, RecordCall::Organization),
                ]
            }
            Task::Assign { user_id, organization_id, .. } => {
                if memberships.iter().flatten().any(|one| one.organization_id == *organization_id) {
                    &[(Check::IsNotAMember, false, RecordCall::MembershipsOfUser)]
                } else if user.found().is_some() && overlay.has_member(*organization_id, *user_id) {
                    // In a dry run, by an earlier repair of the same plan: no reply says so.
                    &[]
                } else {
                    return false;
                }
            }
            Task::Move { organization_id, .. } => {
                let membership = memberships.as_deref().and_then(|list| task.membership_among(list));
                let default = user.found().and_then(|user| user.default_organization_id);
                if !membership.is_some_and(|one| one.is_default) || default != Some(*organization_id) {
                    return false;
                }
                &[(Check::MembershipExists, true, RecordCall::MembershipsOfUser)]
            }
        };
        let evaluated = shown_by.iter().map(|&(check, holds, call)| Evaluated {
            check,
            holds,
            call,
            kept_replies: Vec::new(),
        });
        self.look.evaluated.extend(evaluated);
        true
    }

    /// What one precondition comes to, on the replies that are at hand.
    fn finding(&self, precondition: &Precondition) -> Finding {
        let (task, replies) = (&self.action.task, &self.replies);
        match precondition {
            Precondition::OrganizationExists => replies.on_organization(|_| true),
            Precondition::ExternalIdIsBlank => {
                replies.on_organization(|found| external_id_key(found.external_id.as_deref()).text.is_none())
            }
            Precondition::ExternalIdIsExpected => {
                replies.on_organization(|found| task.expects_external_id(found.external_id.as_deref()))
            }
            Precondition::ExternalIdIsUnused { .. } => {
                replies.on_carriers(|list| list.iter().all(|id| *id == task.organization_id()))
            }
            Precondition::NameIsExpected => replies.on_organization(|found| task.expects_name(&found.name)),
            Precondition::DomainNamesAreExpected => {
                replies.on_organization(|found| task.expects_domain_names(&found.domain_names))
            }
            Precondition::DomainIsAbsent { domain } => {
                replies.on_organization(|found| !has_domain(found, domain))
            }
            Precondition::DomainIsOnNoOtherOrganization { .. } => Finding::BySnapshot,
            Precondition::OrganizationSharesNothing => {
                replies.on_organization(|found| !found.is_shared_tickets && !found.is_shared_comments)
            }
            Precondition::AccountFieldsAreExpected { account_fields, ignored_fields } => replies
                .on_organization(|found| {
                    found.account_fields.as_ref().is_some_and(|fields| {
                        let counted = fields.iter().filter(|(field, _)| !ignored_fields.contains(field));
                        counted.eq(account_fields.iter())
                    })
                }),
            Precondition::UserIsEndUser => replies.on_user(|user| user.is_end_user),
            Precondition::UserIsNotSuspended => replies.on_user(|user| !user.is_suspended),
            Precondition::UserIsNotShared => replies.on_user(|user| !user.is_shared),
            Precondition::TicketRestrictionIsExpected { ticket_restriction } => {
                replies.on_user(|user| user.ticket_restriction.as_ref() == Some(ticket_restriction))
            }
            Precondition::EmailDomainIs { email_domain } => {
                replies.on_user(|user| domain_of(user).as_ref() == email_domain.as_ref())
            }
            Precondition::AddressIsVerified => replies.on_addresses(|user, addresses| {
                user.email.as_ref().is_some_and(|email| {
                    addresses.iter().any(|one| one.is_verified && one.address.eq_ignore_ascii_case(email))
                })
            }),
            Precondition::MembershipsAreExpected { organization_ids } => replies.on_memberships(|list| {
                let found: BTreeSet<i64> = list.iter().map(|one| one.organization_id).collect();
                found == organization_ids.iter().map(|id| id.0).collect()
            }),
            Precondition::UserHasNoOtherOrganization => replies
                .on_memberships(|list| list.iter().all(|one| one.organization_id == task.organization_id())),
            Precondition::KeysOfOrganizationsAreExpected { organizations } if organizations.is_empty() => {
                Finding::NeedsNoCheck
            }
            Precondition::KeysOfOrganizationsAreExpected { organizations } => replies.on_others(|found| {
                let is_expected = |key: &OrganizationKey| {
                    found.get(&key.organization_id.0).is_some_and(|found| {
                        external_id_key(found.as_deref()).text
                            == external_id_key(key.external_id.as_deref()).text
                    })
                };
                organizations.iter().all(is_expected)
            }),
            Precondition::UserIsActive => replies.on_user(|user| user.is_active),
            Precondition::EmailIsVerified => replies.on_user(|user| user.is_verified),
            Precondition::EmailDomainIsExpected => {
                replies.on_user(|user| task.expects_email_domain(domain_of(user).as_deref()))
            }
            Precondition::IsNotAMember => replies
                .on_memberships(|list| list.iter().all(|one| one.organization_id != task.organization_id())),
            Precondition::UserHasNoOrganization => replies.on_memberships(<[_]>::is_empty),
            Precondition::SeveralOrganizationsAreAllowed => match &replies.memberships {
                Some(list) if list.iter().all(|one| one.organization_id == task.organization_id()) => {
                    Finding::NeedsNoCheck
                }
                _ => replies.on_settings(|is_allowed| is_allowed),
            },
            Precondition::MembershipExists => {
                replies.on_memberships(|list| task.membership_among(list).is_some())
            }
            Precondition::DefaultIsExpected => {
                replies.on_user(|user| task.expects_default(user.default_organization_id))
            }
        }
    }

    fn sight(self, judged: Judged) -> Sight {
        let seen = self.replies.seen(&self.action.task).with(self.action.completed(self.look));
        match judged {
            Judged::InPlace => Sight::InPlace { seen },
            Judged::Stale(failed_check) => Sight::Stale { failed_check, seen },
            Judged::Ready => Sight::Ready { request: self.replies.request(&self.action.task), seen },
        }
    }
}

/// The domain of a user's address.
fn domain_of(user: &LiveUser) -> Option<String> {
    user.email.as_deref().and_then(|email| email_domain(email).ok().flatten()).map(Cow::into_owned)
}

fn has_domain(organization: &LiveOrganization, domain: &str) -> bool {
    organization.domain_names.iter().any(|name| name.eq_ignore_ascii_case(domain))
}
