//! The fields of Zendesk's records, as a table for each kind.

mod tables;

pub(crate) use tables::{membership_fields, organization_fields, ticket_fields, user_fields};

use super::Collection;

/// A field that is read, or stored, or both.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// What the API sends; none for a column that the ingest works out.
    pub key: Option<Key>,
    /// What the warehouse stores; none for a key that is read and not stored.
    pub column: Option<Column>,
}

/// A key of the API's record.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// How much of the value a fetch keeps.
    pub keep: Keep,
    /// Whether a collection without the key cannot be judged.
    pub decides: bool,
}

/// How much of a value a fetch keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// All of it.
    Whole,
    /// What the reader uses; the rest may name people.
    Part,
    /// All of it where the person asked for it, else nothing.
    IfAsked,
    /// Nothing: the API does not send it, or a fetch knows it without the records.
    Dropped,
}

/// The keys that one record lacks, as bits in the order of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Absent(u32);

impl Absent {
    /// Notes that the key of that number is not there.
    pub(crate) const fn add(&mut self, number: u32) {
        self.0 |= 1 << number;
    }

    /// Whether none of these keys is absent.
    pub const fn is_disjoint(self, keys: Self) -> bool {
        self.0 & keys.0 == 0
    }

    /// Those of the keys that are absent.
    #[must_use]
    pub const fn among(self, keys: Self) -> Self {
        Self(self.0 & keys.0)
    }

    /// The keys without these.
    #[must_use]
    pub const fn without(self, keys: Self) -> Self {
        Self(self.0 & !keys.0)
    }

    /// Both.
    #[must_use]
    pub const fn and(self, keys: Self) -> Self {
        Self(self.0 | keys.0)
    }

    /// The names of the keys in the order of the table.
    pub fn names(self, table: &RecordTable) -> impl Iterator<Item = &'static str> + use<> {
        (0_u32..)
            .zip(table.keys())
            .filter(move |(number, _)| self.0 & (1 << number) != 0)
            .map(|(_, key)| key.name)
    }
}

/// A column of a table of row versions.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The column.
    pub name: &'static str,
    /// Its place in the content hash.
    pub place: Place,
    /// Name and description of the public column; none for a private one.
    pub shown: Option<(&'static str, &'static str)>,
}

/// The place of a column in the content hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It identifies the record and is not hashed.
    Key,
    /// Hashed in the order of the table.
    Hashed,
    /// Worked out from hashed columns alone, so not hashed.
    Derived,
    /// Added by a later schema: hashed behind the others, and not at all where it is null, so that the versions
    /// of an older warehouse keep their hashes.
    Added,
}

/// The fields of one kind of record and where they are stored.
#[derive(Debug, Clone, Copy)]
pub struct RecordTable {
    /// The collection.
    pub collection: Collection,
    /// The table of row versions.
    pub table: &'static str,
    /// The public view.
    pub view: &'static str,
    /// The fields, in the order of the content hash.
    pub fields: &'static [Field],
}

impl RecordTable {
    /// The keys that the reader knows.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.fields.iter().filter_map(|field| field.key.as_ref())
    }

    /// The key of that name, if the reader knows it.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }

    /// The keys of those names, as a set.
    pub fn set(&self, wanted: impl Fn(&Key) -> bool) -> Absent {
        let mut keys = Absent::default();
        (0..).zip(self.keys()).filter(|(_, key)| wanted(key)).for_each(|(number, _)| keys.add(number));
        keys
    }

    /// The keys that decide, as a set.
    pub const fn deciding(&self) -> Absent {
        let (mut keys, mut at, mut number) = (Absent(0), 0, 0);
        while at < self.fields.len() {
            if let Some(key) = &self.fields[at].key {
                if key.decides {
                    keys.add(number);
                }
                number += 1;
            }
            at += 1;
        }
        keys
    }

    /// The columns, those that identify a record first.
    pub fn columns(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.fields.iter().filter_map(|field| field.column.as_ref())
    }
}

/// The place that a table of fields names.
macro_rules! place {
    (key) => {
        $crate::model::fields::Place::Key
    };
    (hashed) => {
        $crate::model::fields::Place::Hashed
    };
    (derived) => {
        $crate::model::fields::Place::Derived
    };
    (added) => {
        $crate::model::fields::Place::Added
    };
}

pub(crate) use place;

macro_rules! field_list {
    ($record:ident $stored:ident $made:ident $( $left:tt => $right:tt; )+) => {
        &[$( Field { key: key!($left), column: column!($right) } ),+]
    };
}

macro_rules! key {
    (()) => {
        None
    };
    (($name:literal, $member:ident: $kind:ident, $keep:ident)) => {
        key!($name, keep!($keep), false)
    };
    (($name:literal, $member:ident: $kind:ident, $keep:ident, decides)) => {
        key!($name, keep!($keep), true)
    };
    ($name:literal, $keep:expr, $decides:literal) => {
        Some(Key { name: $name, keep: $keep, decides: $decides })
    };
}

macro_rules! keep {
    (whole) => {
        Keep::Whole
    };
    (part) => {
        Keep::Part
    };
    (if_asked) => {
        Keep::IfAsked
    };
    (dropped) => {
        Keep::Dropped
    };
}

macro_rules! column {
    (()) => {
        None
    };
    (($column:ident: $kind:ident, $place:ident)) => {
        column!($column, $place, None)
    };
    (($column:ident: $kind:ident, $place:ident, $shown:literal: $says:literal)) => {
        column!($column, $place, Some(($shown, $says)))
    };
    ($column:ident, $place:ident, $shown:expr) => {
        Some(Column { name: stringify!($column), place: place!($place), shown: $shown })
    };
}

/// Organizations.
pub const ORGANIZATIONS: RecordTable = RecordTable {
    collection: Collection::Organizations,
    table: "_organization_versions",
    view: "zendesk_organizations",
    fields: organization_fields!(field_list),
};

/// Users.
pub const USERS: RecordTable = RecordTable {
    collection: Collection::Users,
    table: "_user_versions",
    view: "zendesk_users",
    fields: user_fields!(field_list),
};

/// Organization memberships.
pub const MEMBERSHIPS: RecordTable = RecordTable {
    collection: Collection::OrganizationMemberships,
    table: "_membership_versions",
    view: "zendesk_organization_memberships",
    fields: membership_fields!(field_list),
};

/// Tickets.
pub const TICKETS: RecordTable = RecordTable {
    collection: Collection::Tickets,
    table: "_ticket_versions",
    view: "zendesk_tickets",
    fields: ticket_fields!(field_list),
};

/// Every kind of record.
pub const ALL: [&RecordTable; 4] = [&ORGANIZATIONS, &USERS, &MEMBERSHIPS, &TICKETS];
