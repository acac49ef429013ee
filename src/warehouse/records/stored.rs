//! What the tables of fields become in the warehouse: records, their columns, their hashes.

use rusqlite::{
    Row, ToSql,
    types::{FromSqlResult, ValueRef},
};

use crate::warehouse::session::Session;

use crate::{
    model::fields::{
        Column, Place, RecordTable, membership_fields, organization_fields, place, ticket_fields, user_fields,
    },
    warehouse::{
        WarehouseError,
        hash::{ContentHash, ContentHasher},
        versions::{Put, Shape, VersionWriter},
    },
};

/// The types of columns, as the tables of fields name them.
mod cells {
    pub(super) type Integer<'a> = i64;
    pub(super) type OptionalInteger<'a> = Option<i64>;
    pub(super) type Text<'a> = &'a str;
    pub(super) type OptionalText<'a> = Option<&'a str>;
    pub(super) type OptionalFlag<'a> = Option<bool>;
}

/// A record as it is stored.
pub(super) trait Stored<'r>: Sized {
    /// Reads a record from a row with its columns.
    fn from_row(row: &'r Row<'_>) -> rusqlite::Result<Self>;

    /// Hands over the columns in the order of the table of fields, keys first.
    fn with_cells<R>(&self, take: impl FnOnce(&[&dyn ToSql]) -> R) -> R;

    /// Adds the columns that are hashed in the order of the table.
    fn hash(&self, hasher: &mut ContentHasher);

    /// Adds the columns of later schemas that are not null.
    fn hash_added(&self, hasher: &mut ContentHasher);
}

/// Makes the type of a stored record from a table of fields.
macro_rules! stored {
    (
        $record:ident $stored:ident $made:ident $(
            $left:tt => ($( $column:ident: $kind:ident, $place:ident $(, $shown:literal: $says:literal)? )?);
        )+
    ) => {
        #[doc = concat!("A record as it is stored; see the table of fields for `", stringify!($record), "`.")]
        #[derive(Debug)]
        #[allow(clippy::struct_excessive_bools, reason = "independent flags of the API's record")]
        pub struct $stored<'a> {
            $($(
                #[doc = concat!("The column `", stringify!($column), "`. ", $($says)?)]
                pub $column: cells::$kind<'a>,
            )?)+
        }

        impl<'r> Stored<'r> for $stored<'r> {
            fn from_row(row: &'r Row<'_>) -> rusqlite::Result<Self> {
                Ok(Self { $($( $column: Cell::from_sql(row.get_ref(stringify!($column))?)?, )?)+ })
            }

            fn with_cells<R>(&self, take: impl FnOnce(&[&dyn ToSql]) -> R) -> R {
                take(&[$($( &self.$column, )?)+])
            }

            fn hash(&self, hasher: &mut ContentHasher) {
                $($(
                    if place!($place) == Place::Hashed {
                        self.$column.add_to(hasher);
                    }
                )?)+
            }

            fn hash_added(&self, hasher: &mut ContentHasher) {
                $($(
                    if place!($place) == Place::Added {
                        add(hasher, stringify!($column), self.$column);
                    }
                )?)+
            }
        }
    };
}

organization_fields!(stored);
user_fields!(stored);
membership_fields!(stored);
ticket_fields!(stored);

/// A value of a column.
trait Cell<'r>: Copy {
    fn from_sql(value: ValueRef<'r>) -> FromSqlResult<Self>;

    fn add_to(self, hasher: &mut ContentHasher);

    fn is_null(self) -> bool {
        false
    }
}

macro_rules! cells {
    ($($value:ty: $from:expr, $add:expr;)+) => {$(
        impl<'r> Cell<'r> for $value {
            fn from_sql(value: ValueRef<'r>) -> FromSqlResult<Self> {
                $from(value)
            }

            fn add_to(self, hasher: &mut ContentHasher) {
                $add(hasher, Some(self));
            }
        }

        impl<'r> Cell<'r> for Option<$value> {
            fn from_sql(value: ValueRef<'r>) -> FromSqlResult<Self> {
                if value == ValueRef::Null { Ok(None) } else { $from(value).map(Some) }
            }

            fn add_to(self, hasher: &mut ContentHasher) {
                $add(hasher, self);
            }

            fn is_null(self) -> bool {
                self.is_none()
            }
        }
    )+};
}

cells! {
    i64: |value: ValueRef<'r>| value.as_i64(), ContentHasher::integer;
    &'r str: |value: ValueRef<'r>| value.as_str(), ContentHasher::text;
    bool: |value: ValueRef<'r>| value.as_i64().map(|flag| flag != 0),
        |hasher: &mut ContentHasher, flag: Option<bool>| { hasher.integer(flag.map(i64::from)); };
}

/// Adds a column of a later schema, unless it is null.
fn add<'r>(hasher: &mut ContentHasher, column: &str, cell: impl Cell<'r>) {
    if !cell.is_null() {
        hasher.column(column);
        cell.add_to(hasher);
    }
}

/// Writes the versions of one kind of record for one snapshot.
pub(super) struct RecordVersions<'c> {
    pub(super) versions: VersionWriter<'c>,
    key_count: usize,
    hasher: ContentHasher,
}

impl<'c> RecordVersions<'c> {
    /// Prepares the statements.
    pub(super) fn new(
        connection: &'c Session,
        table: &RecordTable,
        snapshot_id: i64,
    ) -> Result<Self, WarehouseError> {
        let (keys, content): (Vec<_>, Vec<_>) =
            table.columns().partition(|column| column.place == Place::Key);
        let names = |columns: Vec<&Column>| columns.into_iter().map(|column| column.name).collect::<Vec<_>>();
        let (keys, content) = (names(keys), names(content));
        let shape = Shape { table: table.table, keys: &keys, content: &content };
        Ok(Self {
            versions: VersionWriter::new(connection, &shape, snapshot_id)?,
            key_count: keys.len(),
            hasher: ContentHasher::default(),
        })
    }

    /// Stores a record. `more` is hashed with it and stored elsewhere.
    pub(super) fn put<'r>(&mut self, record: &impl Stored<'r>, more: &[i64]) -> Result<Put, WarehouseError> {
        let hash = content_hash(&mut self.hasher, record, more);
        record.with_cells(|cells| {
            let (keys, content) = cells.split_at(self.key_count);
            self.versions.put(keys, hash, content)
        })
    }
}

/// The hash of a record; `more` is hashed with it.
pub(super) fn content_hash<'r>(
    hasher: &mut ContentHasher,
    record: &impl Stored<'r>,
    more: &[i64],
) -> ContentHash {
    record.hash(hasher.begin());
    for &integer in more {
        hasher.integer(Some(integer));
    }
    record.hash_added(hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record with columns that a later schema added.
    struct Grown {
        old: Option<i64>,
        added: [Option<i64>; 2],
    }

    impl Stored<'_> for Grown {
        fn from_row(_: &Row<'_>) -> rusqlite::Result<Self> {
            Ok(Self { old: None, added: [None, None] })
        }

        fn with_cells<R>(&self, take: impl FnOnce(&[&dyn ToSql]) -> R) -> R {
            take(&[])
        }

        fn hash(&self, hasher: &mut ContentHasher) {
            self.old.add_to(hasher);
        }

        fn hash_added(&self, hasher: &mut ContentHasher) {
            for (name, cell) in ["first", "second"].into_iter().zip(self.added) {
                add(hasher, name, cell);
            }
        }
    }

    #[test]
    fn an_added_column_hashes_as_nothing_where_it_is_null() {
        let mut hasher = ContentHasher::default();
        let mut hash = |added| content_hash(&mut hasher, &Grown { old: Some(7), added }, &[1, 2]);
        let (neither, first, second) = (hash([None, None]), hash([Some(0), None]), hash([None, Some(0)]));
        let mut before = ContentHasher::default();
        let before = before.begin().integer(Some(7)).integer(Some(1)).integer(Some(2)).finish();
        assert_eq!(neither, before);
        assert!(first != neither && second != neither && first != second);
    }
}
