//! From records as they were read to records as they are stored.
//!
//! A column that stands beside a key in the table of fields is copied; what the ingest works out comes in a
//! struct of its own.

use std::{borrow::Cow, marker::PhantomData};

use crate::{
    model::fields::{membership_fields, organization_fields, ticket_fields, user_fields},
    warehouse::records::{MembershipRecord, OrganizationRecord, TicketRecord, UserRecord},
    zendesk::wire::{Membership, Organization, Ticket, User},
};

/// What is worked out of an organization.
pub(super) struct MadeOfOrganization<'a> {
    pub(super) external_id_key: Option<&'a str>,
    pub(super) external_account_id: Option<&'a str>,
    /// JSON array.
    pub(super) domain_names: Option<&'a str>,
    /// JSON object.
    pub(super) account_fields: Option<&'a str>,
    pub(super) key_in_field: Option<&'a str>,
    pub(super) account_key: Option<&'a str>,
    pub(super) key_account_id: Option<&'a str>,
    pub(super) external_account_key: Option<&'a str>,
    pub(super) name_key: Option<&'a str>,
    pub(super) undecided_fields: Option<&'a str>,
}

/// What is worked out of a user.
pub(super) struct MadeOfUser<'a> {
    pub(super) email_domain_id: Option<i64>,
    pub(super) external_id_key: Option<&'a str>,
    pub(super) undecided_fields: Option<&'a str>,
}

/// What a membership cannot be stored without.
pub(super) struct MadeOfMembership<'a> {
    pub(super) user_id: i64,
    pub(super) organization_id: i64,
    pub(super) lifetime: PhantomData<&'a ()>,
}

/// What is worked out of a ticket.
pub(super) struct MadeOfTicket<'a> {
    /// The e-mail domain of a requester who is an active, unsuspended end user.
    pub(super) requester_domain_id: Option<i64>,
    /// Only where it was asked for.
    pub(super) subject: Option<&'a str>,
    pub(super) undecided_fields: Option<&'a str>,
}

/// A record that can be stored.
pub(super) trait Store {
    /// What is worked out of it.
    type Made<'m>
    where
        Self: 'm;

    /// The record as it is stored.
    type Stored<'m>
    where
        Self: 'm;

    fn store<'a>(&'a self, made: &Self::Made<'a>) -> Self::Stored<'a>;
}

macro_rules! store {
    ($record:ident $stored:ident $made:ident $(
        $left:tt => ($( $column:ident: $kind:ident, $place:ident $(, $shown:literal: $says:literal)? )?);
    )+) => {
        impl Store for $record<'_> {
            type Made<'m> = $made<'m> where Self: 'm;
            type Stored<'m> = $stored<'m> where Self: 'm;

            fn store<'a>(&'a self, made: &$made<'a>) -> $stored<'a> {
                $stored { $($( $column: value!($left $column self made), )?)+ }
            }
        }
    };
}

macro_rules! value {
    (() $column:ident $record:ident $made:ident) => {
        $made.$column
    };
    (($key:literal, $member:ident: $($rest:tt)+) $column:ident $record:ident $made:ident) => {
        Copied::copied(&$record.$member)
    };
}

organization_fields!(store);
user_fields!(store);
membership_fields!(store);
ticket_fields!(store);

/// A value as it was read, for a column of another type.
trait Copied<'a, C> {
    fn copied(&'a self) -> C;
}

impl<T: Copy> Copied<'_, T> for T {
    fn copied(&self) -> T {
        *self
    }
}

impl<'a> Copied<'a, &'a str> for Cow<'_, str> {
    fn copied(&'a self) -> &'a str {
        self
    }
}

impl<'a> Copied<'a, Option<&'a str>> for Option<Cow<'_, str>> {
    fn copied(&'a self) -> Option<&'a str> {
        self.as_deref()
    }
}

/// A record without the text has an empty one.
impl<'a> Copied<'a, &'a str> for Option<Cow<'_, str>> {
    fn copied(&'a self) -> &'a str {
        self.as_deref().unwrap_or_default()
    }
}
