//! What must hold before a repair is written: what a plan names, a look evaluates and a receipt prints.
//!
//! A new precondition is a row here, what the look does with it, and the repairs that name it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{IdText, closed_set::closed_set};

/// The `external_id` of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationKey {
    /// The organization.
    pub organization_id: IdText,
    /// As received; none: blank.
    pub external_id: Option<String>,
}

/// Declares the preconditions, and the closed set of their names.
macro_rules! preconditions {
    ($(
        $(#[doc = $doc:literal])+
        $basis:ident $variant:ident
            $({ $( $(#[$field_doc:meta])* $field:ident: $kind:ty ),+ $(,)? })? = $text:literal
    ),+ $(,)?) => {
        /// What must hold before a repair is written.
        ///
        /// A value that it is compared with stands in the precondition; some older ones find it in `expected`.
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "check")]
        pub enum Precondition {
            $( $(#[doc = $doc])+ #[serde(rename = $text)] $variant $({ $( $(#[$field_doc])* $field: $kind ),+ })? ),+
        }

        closed_set! {
            /// The name of a precondition.
            Check { $( $(#[doc = $doc])+ $variant = $text ),+ }
        }

        impl Precondition {
            /// Its name.
            pub const fn check(&self) -> Check {
                match self { $( Self::$variant { .. } => Check::$variant ),+ }
            }
        }

        impl Check {
            /// Whether it is evaluated on a reply right before the write; else the snapshot has judged it.
            pub const fn is_live(self) -> bool {
                match self { $( Self::$variant => preconditions!(@ $basis) ),+ }
            }
        }
    };
    (@ live) => { true };
    (@ snapshot) => { false };
}

preconditions! {
    /// The organization is there.
    live OrganizationExists = "organization_exists",
    /// Nobody has given the organization an `external_id`.
    live ExternalIdIsBlank = "external_id_is_blank",
    /// No other organization is found by the account's id.
    live ExternalIdIsUnused {
        /// The id in its forms.
        external_ids: Vec<String>
    } = "external_id_is_unused",
    /// The organization has the `external_id` that is expected.
    live ExternalIdIsExpected = "external_id_is_expected",
    /// The organization has the name that is expected.
    live NameIsExpected = "name_is_expected",
    /// The organization has the domains that are expected, in their order.
    live DomainNamesAreExpected = "domain_names_are_expected",
    /// The organization does not have the domain yet.
    live DomainIsAbsent {
        /// The domain.
        domain: String
    } = "domain_is_absent",
    /// No other organization has the domain. No request of Zendesk's says who holds one.
    snapshot DomainIsOnNoOtherOrganization {
        /// The domain.
        domain: String
    } = "domain_is_on_no_other_organization",
    /// The organization shares neither tickets nor comments with its members.
    live OrganizationSharesNothing = "organization_shares_nothing",
    /// The organization's fields hold the account ids that are expected, apart from those that are left out.
    live AccountFieldsAreExpected {
        /// The account ids by field, 18 characters.
        account_fields: BTreeMap<String, String>,
        /// Fields that hold the key, or account ids for another purpose.
        ignored_fields: Vec<String>
    } = "account_fields_are_expected",
    /// The user is an end user: neither an agent nor an admin.
    live UserIsEndUser = "user_is_end_user",
    /// The user is not suspended.
    live UserIsNotSuspended = "user_is_not_suspended",
    /// The user is not shared from another account.
    live UserIsNotShared = "user_is_not_shared",
    /// The user may see the tickets that the plan knows of, and no others.
    live TicketRestrictionIsExpected {
        /// As the API says it; empty: not restricted.
        ticket_restriction: String
    } = "ticket_restriction_is_expected",
    /// The user's address is of that domain.
    live EmailDomainIs {
        /// The domain.
        email_domain: Option<String>
    } = "email_domain_is",
    /// The identity of the user's very address was verified.
    live AddressIsVerified = "address_is_verified",
    /// The user is a member of these organizations and of no other.
    live MembershipsAreExpected {
        /// The organizations, by id.
        organization_ids: Vec<IdText>
    } = "memberships_are_expected",
    /// The user is a member of no other organization.
    live UserHasNoOtherOrganization = "user_has_no_other_organization",
    /// These organizations are there, and carry the keys by which the plan knows whose they are.
    live KeysOfOrganizationsAreExpected {
        /// The organizations, by id.
        organizations: Vec<OrganizationKey>
    } = "keys_of_organizations_are_expected",
    /// The user is there and not deleted.
    live UserIsActive = "user_is_active",
    /// The user's address was verified.
    live EmailIsVerified = "email_is_verified",
    /// The user's address is of the domain that is expected.
    live EmailDomainIsExpected = "email_domain_is_expected",
    /// The user is not a member of the organization.
    live IsNotAMember = "is_not_a_member",
    /// The user is a member of no organization.
    live UserHasNoOrganization = "user_has_no_organization",
    /// The account allows several organizations. A user who has none needs no such setting.
    live SeveralOrganizationsAreAllowed = "several_organizations_are_allowed",
    /// The membership that becomes the default one is there.
    live MembershipExists = "membership_exists",
    /// The user's default organization is the one that is expected.
    live DefaultIsExpected = "default_is_expected",
}

/// Preconditions as a document lists them: each with whether it is evaluated live.
pub(super) mod listed {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::Precondition;

    #[derive(Serialize, Deserialize)]
    struct Listed<P> {
        #[serde(flatten)]
        precondition: P,
        is_live: bool,
    }

    pub(in super::super) fn serialize<S: Serializer>(
        list: &[Precondition],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            list.iter().map(|precondition| Listed { precondition, is_live: precondition.check().is_live() }),
        )
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Precondition>, D::Error> {
        let list: Vec<Listed<Precondition>> = Vec::deserialize(deserializer)?;
        if list.iter().any(|one| one.is_live != one.precondition.check().is_live()) {
            return Err(D::Error::custom("a precondition is judged otherwise"));
        }
        Ok(list.into_iter().map(|one| one.precondition).collect())
    }
}
